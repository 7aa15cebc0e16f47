/**
 * Keeps two processes out of one run's folder: a file in it names the process that writes there. What a killed process
 * leaves behind stops nobody, as that process is asked for. Processes of another machine cannot be asked, and are not
 * waited for: the lock guards within one machine.
 */
import { readFileSync, rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { InputError } from "rerenderable";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system counts; tells it from a later one of the same number. */
  readonly began: string | null;
}

/**
 * Holds the lock until the process ends.
 * @param folder of the run, for the message
 * @param file the lock; its folder must exist
 * @throws InputError where a process that is still there holds it
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

/** Nothing where the file is gone by now, or was cut off in its making. */
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
    process.kill(pid, 0); // asks only
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return began === beginningOf(pid);
}

/** Field 22 of Linux's `stat`, after a name that may hold anything; elsewhere the number of the process must do. */
function beginningOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
