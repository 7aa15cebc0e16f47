/**
 * Keeps two processes from writing into one run's folder: a lock file there names the process that writes. The lock of a
 * killed process stops nobody, because we check whether its process still exists. A process on another machine cannot
 * be checked, and its lock is ignored: the lock protects within one machine only.
 */
import { readFileSync, rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { InputError } from "rerenderable";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process in the system's count; a later process with the same number has another one. */
  readonly began: string | null;
}

/**
 * Holds the lock until the process ends.
 * @param folder folder of the run, for the message
 * @param file the lock; its folder must exist
 * @throws InputError if a process that still runs holds it
 */
export async function lockRun(folder: string, file: string): Promise<void> {
  const own: Holder = { pid: process.pid, host: hostname(), began: beginningOf(process.pid) };
  for (;;) {
    const made = await writeFile(file, JSON.stringify(own), { flag: "wx" }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
        return false;
      },
    );
    if (made) break;
    const holder = await readHolder(file);
    if (holder && isThere(holder)) {
      throw new InputError(
        folder,
        "a run that no other process is at",
        `one with process ${holder.pid} at it`,
      );
    }
    await rm(file, { force: true });
  }
  process.once("exit", () => rmSync(file, { force: true }));
}

/**
 * Reads who holds the lock.
 * @returns undefined if the file has gone, or was not written completely
 */
async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

function isThere({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0); // signal 0 only asks whether the process exists
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return began === beginningOf(pid);
}

/**
 * Reads the start time of a process: field 22 of Linux's `/proc/<pid>/stat`. Fields are counted from the last bracket,
 * because the name of the process may hold any character.
 * @returns null on other systems
 */
function beginningOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
