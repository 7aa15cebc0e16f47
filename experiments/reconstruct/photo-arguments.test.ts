import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { photosOf } from "./photo-arguments.js";

const { callerFolder } = createRequire(import.meta.url)("../run/caller-folder.cjs");

describe("experiments/reconstruct/photo-arguments", () => {
  let folder: string;
  const at = (...names: string[]) => names.map((name) => path.join(folder, name));
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "photo-arguments-"));
    await mkdir(path.join(folder, "inner", "empty"), { recursive: true });
    for (const file of at("a.jpg", "a.png", "b[1].jpg", "notes.txt", ".hidden.jpg", "inner/c.jpg")) {
      await writeFile(file, "");
    }
  });
  after(() => rm(folder, { recursive: true }));

  it("takes a folder for the photos in it, and a pattern for the files that it fits", async () => {
    assert.deepEqual(await photosOf(folder), at("a.jpg", "a.png", "b[1].jpg"));
    for (const [pattern, names] of [
      ["*.jpg", ["a.jpg", "b[1].jpg"]],
      ["a.{jpg,png}", ["a.jpg", "a.png"]],
      ["**/c.*", ["inner/c.jpg"]],
    ] as const) {
      assert.deepEqual(await photosOf(path.join(folder, pattern)), at(...names), pattern);
    }
  });

  it("leaves a file as it is, there or not, whatever its name looks like", async () => {
    for (const file of at("b[1].jpg", "missing.jpg")) assert.deepEqual(await photosOf(file), [file]);
  });

  it("refuses what stands for no photo", async () => {
    await assert.rejects(
      photosOf(at("inner/empty")[0]),
      /expected a folder with photos .*, got an empty folder/,
    );
    await assert.rejects(photosOf(at("*.gif")[0]), /\*\.gif: expected photos, .*, got no such file/);
  });

  it("are meant from where npm was called, but not where another script started the program", () => {
    const before = { ...process.env };
    try {
      Object.assign(process.env, { INIT_CWD: "/elsewhere", npm_lifecycle_event: "reconstruct" });
      assert.equal(callerFolder("reconstruct"), "/elsewhere");
      assert.equal(callerFolder("site"), process.cwd());
      delete process.env.INIT_CWD;
      assert.equal(callerFolder("reconstruct"), process.cwd());
    } finally {
      for (const name of ["INIT_CWD", "npm_lifecycle_event"]) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
});
