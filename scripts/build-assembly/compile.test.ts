import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bytesModule, compileAssembly, shadeTexturedFiles } from "./compile.js";

describe("the compiled loops", () => {
  it("are what their source gives", async () => {
    const { source, bytes } = shadeTexturedFiles;
    const committed = await readFile(fileURLToPath(new URL(`../../${bytes}`, import.meta.url)), "utf8");
    assert.equal(committed, bytesModule(source, await compileAssembly(source)), "npm run build-assembly");
  });

  it("stop with the compiler's words where the source is wrong", async () => {
    await assert.rejects(compileAssembly("lib/renderer/assembly/missing.ts"), /missing\.ts/);
  });
});
