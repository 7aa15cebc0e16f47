/** Tests of a full disk, a read-only disk and too little memory. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeFileAtomically } from "rerenderable/base";
import { wholeRun } from "../../datasets/prepare/photo-index.js";
import { openRun } from "./experiment-run.js";
import { machineFailure, reason } from "./machine-failure.js";
import { runProgram } from "./run-program.js";
import { writeFolder } from "./write-folder.js";

describe("experiments: what the machine refuses", () => {
  let disk: string;
  let mounted: boolean;
  /** Mounts a file system of 64 kB, which only root may do. */
  beforeEach(async () => {
    disk = await mkdtemp(path.join(tmpdir(), "disk-"));
    mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status === 0;
  });
  afterEach(async () => {
    if (mounted) spawnSync("umount", [disk]);
    await rm(disk, { recursive: true });
  });

  const skipWithoutDisk = (context: Mocha.Context): never => {
    context.test!.title += ": no small disk could be mounted, which takes Linux and its root";
    return context.skip();
  };
  const openSmall = (resume: boolean) =>
    openRun({
      experiment: "e",
      name: "r",
      settings: { a: 1 },
      free: [],
      results: disk,
      resume,
      shard: wholeRun,
    });

  it("is a full disk in one line that names the file, and the file before it stays whole", async function () {
    if (!mounted) skipWithoutDisk(this);
    const run = await openSmall(false);
    await run.begin();
    await run.write("weights.bin", "small");
    await assert.rejects(run.write("weights.bin", Buffer.alloc(200_000)), {
      name: "InputError",
      message: `${path.join(run.folder, "weights.bin")}: expected a file that can be written, got no space left on the device.`,
    });
    assert.equal(await readFile(path.join(run.folder, "weights.bin"), "utf8"), "small");
    const names = ["config.json", "environment.json", "run.lock", "weights.bin"];
    assert.deepEqual((await readdir(run.folder)).sort(), names);
  });

  it("is a full disk for a whole folder of results too, of which nothing is left", async function () {
    if (!mounted) skipWithoutDisk(this);
    const files = { "a.txt": "a", "b.bin": Buffer.alloc(200_000), "summary.json": "{}" };
    await assert.rejects(writeFolder(path.join(disk, "result"), files), /got no space left on the device\.$/);
    assert.deepEqual(await readdir(disk), []);
  });

  it("is a disk that is full at any write of a folder, of which the earlier stays whole", async function () {
    if (!mounted) skipWithoutDisk(this);
    const [place, filling] = [path.join(disk, "result"), path.join(disk, "filling")];
    const files = (text: string) => ({
      ...{ a: text, b: text, c: text },
      "summary.json": JSON.stringify({ files: ["a", "b", "c", "summary.json"] }),
    });
    const ends = new Set<string>();
    for (let free = 0; free < 6; free++) {
      await writeFolder(place, files("old"));
      const { bavail, bsize } = await statfs(disk);
      await writeFile(filling, Buffer.alloc((bavail - free) * bsize));
      const end = await writeFolder(place, files("new")).catch((error: Error) => error.message);
      const standing = await Promise.all(
        ["a", "b", "c"].map((name) => readFile(path.join(place, name), "utf8")),
      );
      assert.deepEqual(standing, Array(3).fill(end ? "old" : "new"), `${free} blocks free`);
      assert.deepEqual((await readdir(disk)).sort(), ["filling", "result"]);
      ends.add(end ?? "written");
      await rm(filling);
    }
    const full = `${place}: expected a folder that can be written to, got no space left on the device.`;
    assert.deepEqual([...ends], [full, "written"]);
  });

  it("is a full disk in one line where no file can be named", async function () {
    if (!mounted) skipWithoutDisk(this);
    const full = await writeFileAtomically(path.join(disk, "a"), Buffer.alloc(200_000)).catch(
      (error) => error,
    );
    assert.equal(machineFailure(full), "no space left on the device");
  });

  it("is a read-only results folder, before anything is computed", async function () {
    if (!mounted || spawnSync("mount", ["-o", "remount,ro", disk]).status !== 0) skipWithoutDisk(this);
    const results = path.join(disk, "results");
    const { code, errors } = await runProgram("experiment.ts", ["prepare", "--results", results]);
    assert.equal(code, 1);
    assert.deepEqual(errors, [
      `${results}: expected a folder that can be written to, got a read-only file system.`,
    ]);
  });

  it("is what a killed process left half-written, which the next removes", async () => {
    const folder = path.join(disk, "e", "r");
    await mkdir(folder, { recursive: true });
    const left = ".weights.bin.0f8fad5b-d9cb-469f-a165-70867728950e.tmp";
    await writeFile(path.join(folder, left), "half");
    await writeFile(path.join(folder, "notes.tmp"), "the user's");
    await (await openSmall(false)).begin();
    const names = (await readdir(folder)).sort();
    assert.deepEqual(names, ["config.json", "environment.json", "notes.tmp", "run.lock"]);
  });

  it("is memory, in the words of those who have none left", () => {
    const buffer = () => new ArrayBuffer(2 ** 52);
    const wasm = () => new WebAssembly.Memory({ initial: 1, maximum: 2 }).grow(9);
    for (const ask of [buffer, wasm]) {
      assert.throws(ask, (error: Error) =>
        /^out of memory \(.*\): fewer workers/.test(machineFailure(error)!),
      );
    }
    // The last words of tfjs on `wasm` at 4 GiB, of ONNX Runtime and of C++.
    for (const words of [
      "memory access out of bounds",
      "std::bad_alloc",
      "Failed to allocate memory for requested",
    ]) {
      assert.match(machineFailure(new Error(words))!, /^out of memory/);
    }
    assert.equal(machineFailure(new Error("anything else")), undefined);
    assert.equal(machineFailure(new RangeError("Invalid array length")), undefined, "a bug of ours");
    assert.equal(reason({ code: "EDQUOT" }), "no space left in the quota");
  });
});
