import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("whole-file.cjs", import.meta.url));
const { owner, removeAbandoned, writeWhole } = createRequire(import.meta.url)(file);

describe("scripts/jupyter/whole-file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "whole-file-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("writes a whole file, and nothing beside it", async () => {
    const target = path.join(folder, "deep", "a.txt");
    writeWhole(target, "old");
    writeWhole(target, "new");
    assert.deepEqual(await readdir(path.dirname(target)), ["a.txt"]);
    assert.equal(await readFile(target, "utf8"), "new");
  });

  it("removes what a killed process left, and nothing of one that is there, of another machine, or of the user", async () => {
    // Makes a folder and a file as a run of notebooks does, and stays until it is killed.
    const program = `
      const fs = require("node:fs");
      const { owner } = require(${JSON.stringify(file)});
      fs.mkdtempSync(${JSON.stringify(path.join(folder, "run-"))} + owner() + "-");
      fs.writeFileSync(${JSON.stringify(path.join(folder, "a.ipynb."))} + owner() + ".tmp", "half");
      console.log("made");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    const left = await readdir(folder);
    assert.equal(left.length, 2);
    const others = [
      "a.ipynb",
      `a.ipynb.${owner()}.tmp`,
      `a.ipynb.not-${hostname()}-${child.pid}.tmp`,
      `b.ipynb.${owner(child.pid)}.tmp`,
      "run-3KEy4v",
    ];
    for (const name of others) await writeFile(path.join(folder, name), "");
    const clean = () => {
      for (const prefix of ["run-", "a.ipynb."]) removeAbandoned(folder, prefix);
    };
    clean();
    assert.deepEqual((await readdir(folder)).sort(), [...left, ...others].sort(), "its process is there");
    child.kill("SIGKILL");
    await once(child, "exit");
    clean();
    assert.deepEqual((await readdir(folder)).sort(), others.sort());
    removeAbandoned(path.join(folder, "not", "there"), "run-");
  });
});
