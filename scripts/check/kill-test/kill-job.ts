/**
 * Kills runs of a job at random moments, continues them, and compares their results with those of an undisturbed run.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Random } from "rerenderable";
import { readResults } from "./read-results.js";

export interface Job {
  readonly name: string;
  /** Makes the files that all runs read. @param material the folder for these files */
  setUp?(material: string): Promise<void>;
  /** Makes the files that a run finds in its folder. */
  layOut?(folder: string): Promise<void>;
  /** The program and arguments of a run. @param again whether a run was begun in the folder */
  command(folder: string, material: string, again: boolean): readonly string[];
}

export interface KillReport {
  readonly kills: number;
  /** The number of runs that ended, with the same files as the undisturbed one. */
  readonly whole: number;
  /** The time of the undisturbed run. */
  readonly seconds: number;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** @throws where a run that was killed does not go on, or ends with other files than the undisturbed one */
export async function killJob(job: Job, times: number, random: Random): Promise<KillReport> {
  const place = await mkdtemp(path.join(tmpdir(), "kill-test-"));
  const material = path.join(place, "material");
  const inFolder = async (name: string, again: boolean) => {
    const folder = path.join(place, name);
    if (!again) await job.layOut?.(folder);
    return job.command(folder, material, again);
  };
  try {
    await job.setUp?.(material);
    const start = performance.now();
    await startAndKill(await inFolder("undisturbed", false), Number.POSITIVE_INFINITY);
    const seconds = (performance.now() - start) / 1000;
    const expected = await readResults(path.join(place, "undisturbed"));
    let [kills, whole, again] = [0, 0, false];
    while (kills < times || again) {
      const name = `run-${whole}`;
      const moment = kills < times ? 1000 * seconds * random.uniform() : Number.POSITIVE_INFINITY;
      if (await startAndKill(await inFolder(name, again), moment)) {
        kills++;
        again = true;
        continue;
      }
      compare(expected, await readResults(path.join(place, name)), `${job.name}, after ${kills} kills`);
      whole++;
      again = false;
    }
    return { kills, whole, seconds };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** @param moment milliseconds from the start @returns whether it was killed; if not, it has ended well */
async function startAndKill(command: readonly string[], moment: number): Promise<boolean> {
  const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const timer = new AbortController();
  const ended = new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve([code, signal]));
  });
  if (Number.isFinite(moment)) {
    wait(moment, undefined, { signal: timer.signal }).then(
      () => child.kill("SIGKILL"),
      () => {},
    );
  }
  const [code, signal] = await ended;
  timer.abort();
  if (signal === "SIGKILL") return true;
  if (code === 0) return false;
  throw new Error(`${command.join(" ")} ended with ${signal ?? code}: ${said.trim().slice(0, 600)}`);
}

function compare(
  expected: ReadonlyMap<string, string>,
  got: ReadonlyMap<string, string>,
  when: string,
): void {
  const names = [...new Set([...expected.keys(), ...got.keys()])].sort();
  const other = names.find((name) => expected.get(name) !== got.get(name));
  if (other === undefined) return;
  const how = !got.has(other) ? "is missing" : !expected.has(other) ? "is left over" : "differs";
  throw new Error(`${when}: ${other} ${how}.`);
}
