import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { assemblies, bytesModule, compileAssembly } from "./compile.js";

describe("the compiled loops", () => {
  for (const files of assemblies) {
    it(`are what their source gives: ${files.source}`, async () => {
      const file = fileURLToPath(new URL(`../../../${files.bytes}`, import.meta.url));
      const made = bytesModule(files, await compileAssembly(files.source));
      assert.equal(await readFile(file, "utf8"), made, "npm run bake -- assembly");
    });
  }

  it("stop with the compiler's words where the source is wrong", async () => {
    await assert.rejects(compileAssembly("lib/graphics/renderer/assembly/missing.ts"), /missing\.ts/);
  });
});
