/**
 * Keeps two processes from writing into one run's folder: a lock file there names the process that writes. The lock of a
 * killed process stops nobody, because we check whether its process still exists. A process on another machine cannot
 * be checked, and its lock is ignored: the lock protects within one machine only.
 */
import { readFileSync, rmSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { InputError } from "rerenderable";
import { temporaryBeside } from "rerenderable/base";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process in the system's count; a later process with the same number has another one. */
  readonly began: string | null;
}

/** The locks of this process, which go with it. */
const held = new Set<string>();

/**
 * Holds the lock until the process ends.
 * @param folder what the lock keeps, for the message
 * @param file the lock; its folder must exist
 * @param kept what the folder is, for the message
 * @throws InputError if a process that still runs holds it
 */
export async function lockRun(folder: string, file: string, kept = "a run"): Promise<void> {
  const own: Holder = { pid: process.pid, host: hostname(), began: beginningOf(process.pid) };
  while (!(await make(file, JSON.stringify(own)))) {
    const holder = await readHolder(file);
    if (holder && isThere(holder)) {
      const got = `one with process ${holder.pid} at it`;
      throw new InputError(folder, `${kept} that no other process is at`, got);
    }
    await removeLeft(file, holder);
  }
  if (held.size === 0) process.once("exit", () => held.forEach((lock) => void rmSync(lock, { force: true })));
  held.add(file);
}

/**
 * Makes the lock with its content in one step: another process that read it between two steps would take it for one
 * that was cut off. Not every file system has links (exFAT); there it takes two.
 * @returns false if there is one
 */
async function make(file: string, content: string): Promise<boolean> {
  const whole = temporaryBeside(file);
  await writeFile(whole, content);
  const isThereAlready = (error: NodeJS.ErrnoException) => error.code === "EEXIST";
  try {
    await link(whole, file).catch((error) => {
      if (isThereAlready(error)) throw error;
      return writeFile(file, content, { flag: "wx" });
    });
    return true;
  } catch (error) {
    if (isThereAlready(error as NodeJS.ErrnoException)) return false;
    throw error;
  } finally {
    await rm(whole, { force: true });
  }
}

/** Removes the lock of a process that has gone, but not one that somebody has taken since it was read. */
async function removeLeft(file: string, gone: Holder | undefined): Promise<void> {
  const aside = temporaryBeside(file);
  const moved = await rename(file, aside).then(
    () => true,
    () => false, // another process was faster
  );
  if (!moved) return;
  const same = JSON.stringify(await readHolder(aside)) === JSON.stringify(gone);
  if (!same) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
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
