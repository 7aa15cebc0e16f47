import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "rerenderable";
import { lockRun } from "./run-lock.js";

describe("experiments/run/run-lock", () => {
  let folder: string;
  let lock: string;
  let holder: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "run-lock-"));
    lock = path.join(folder, "run.lock");
  });
  afterEach(async () => {
    holder?.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  /** Starts a process that takes the lock, prints so, and waits. */
  async function startHolder(): Promise<ChildProcess> {
    const program = `
      import { lockRun } from "./experiments/run/run-lock.ts";
      await lockRun(...process.argv.slice(-2));
      console.log("locked");
      process.stdin.once("data", () => process.exit(0));`;
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program, "--", folder, lock],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    await once(child.stdout, "data");
    holder = child;
    return child;
  }

  it("keeps a second process out while the first is there, in one line, and lets it in afterwards", async () => {
    const child = await startHolder();
    await assert.rejects(lockRun(folder, lock), (error: unknown) => {
      assert.ok(error instanceof InputError);
      assert.equal(
        error.message,
        `${folder}: expected a run that no other process is at, got one with process ${child.pid} at it.`,
      );
      return true;
    });
    child.stdin!.write("end");
    await once(child, "exit");
    await assert.rejects(access(lock), { code: "ENOENT" }, "the lock goes with its process");
    await lockRun(folder, lock);
  });

  it("is not held by a process that was killed, nor by another that has its number now", async () => {
    const child = await startHolder();
    child.kill("SIGKILL");
    await once(child, "exit");
    const left = JSON.parse(await readFile(lock, "utf8"));
    assert.equal(left.pid, child.pid);
    await lockRun(folder, lock);
    assert.equal(JSON.parse(await readFile(lock, "utf8")).pid, process.pid);
    if (left.began === null) return; // this system does not say when a process began
    await writeFile(lock, JSON.stringify({ ...left, pid: process.ppid }));
    await lockRun(folder, lock);
  });

  it("is taken by one of many that find a dead one's at once", async () => {
    for (let round = 0; round < 10; round++) {
      await writeFile(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), began: null }));
      const ends = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(folder, lock)));
      assert.equal(ends.filter(({ status }) => status === "fulfilled").length, 1, `round ${round}`);
      assert.deepEqual(await readdir(folder), ["run.lock"]);
      await rm(lock);
    }
  });

  it("is not held by another machine, nor by a file that was cut off", async () => {
    for (const content of [
      JSON.stringify({ pid: process.pid, host: "elsewhere", began: null }),
      "",
      '{"pid":',
    ]) {
      await writeFile(lock, content);
      await lockRun(folder, lock);
      assert.equal(JSON.parse(await readFile(lock, "utf8")).pid, process.pid);
    }
  });
});
