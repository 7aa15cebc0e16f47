import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { shareProcess } from "../experiments/run/run-program.js";

describe("npm run bake and npm run measure", () => {
  let shared: ReturnType<typeof shareProcess>;
  before(() => {
    shared = shareProcess();
  });
  after(() => shared.end());
  const run = (command: string, ...args: string[]) =>
    shared.runProgram(`../scripts/${command}/${command}.ts`, args);

  for (const command of ["bake", "measure"]) {
    it(`list their names, among which are all that documents ask for: ${command}`, async () => {
      const { code, stdout } = await run(command, "--help");
      assert.equal(code, 0);
      const names = [...(stdout.split("Names:")[1] ?? "").matchAll(/^ {2}([\w-]+) {2}/gm)].map((m) => m[1]);
      assert.ok(names.length >= 6, stdout);
      for (const file of ["README.md", "CONTRIBUTING.md", "NOTICE", "results/README.md"]) {
        const text = (await readFile(file, "utf8")).replace(/\s+/g, " ");
        const asked = text.matchAll(new RegExp(`npm run ${command} -- ([\\w-]+)`, "g"));
        for (const [words, name] of asked) assert.ok(names.includes(name), `${file}: ${words}`);
      }
    });
  }

  it("say which name is nearest to one that there is not", async () => {
    const { code, errors } = await run("measure", "maks", "3");
    assert.equal(code, 1);
    assert.deepEqual(errors, [
      'measure: expected a name; the nearest is masks (--help shows all), got "maks".',
    ]);
  });

  it("hand the other arguments on", async () => {
    const { code, errors } = await run("bake", "ict-landmarks", "no-such-folder");
    assert.equal(code, 1);
    assert.match(errors[0], /no-such-folder/);
  });
});
