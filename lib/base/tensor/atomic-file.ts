/** Writes files so that nobody ever finds half of one, neither another program nor the next run after a crash. */
import { createHash, randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * @returns whether this is the name of an unfinished file: `writeFileAtomically` leaves one where its process is
 *   killed
 */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);
}

/** File systems allow names of 255 bytes, encrypted ones 143; the rest of a temporary name takes up to 46. */
const longestName = 96;

/** The part of a temporary name that says what it stands for: the name itself, or its beginning and its hash. */
export function temporaryStem(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 12);
  return `${[...name].slice(0, 20).join("")}~${hash}`;
}

/**
 * A new hidden name in the folder of `path`, for what is not finished. It fits wherever the name of `path` does.
 * @param kind told by the name, where there are several for one path
 */
export function temporaryBeside(path: string, kind?: string): string {
  const parts = [temporaryStem(basename(path)), ...(kind ? [kind] : []), randomUUID(), "tmp"];
  return join(dirname(path), `.${parts.join(".")}`);
}

const underWay = new Set<Promise<unknown>>();

/** Does a write that `afterWrites` waits for, so that the end of the process does not cut it short. */
export async function wholeWrite<Result>(write: () => Promise<Result>): Promise<Result> {
  const writing = write();
  underWay.add(writing);
  try {
    return await writing;
  } finally {
    underWay.delete(writing);
  }
}

/**
 * Waits until no write is under way, and calls `end` before another can begin.
 * @param end ends the process
 */
export async function afterWrites<Result>(end: () => Result): Promise<Result> {
  while (underWay.size > 0) await Promise.allSettled(underWay);
  return end();
}

/**
 * Writes a file under another name in the same folder, waits until it is on the disk, and renames it. If anything
 * fails, the old file at `path` stays as it was, and no other file is left beside it.
 *
 * @param path the file; its folder must exist
 * @throws the error of the file system: no such folder, no space left, no permission
 */
export function writeFileAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  return wholeWrite(() =>
    writeAndRename(path, bytes).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      // After a jump of the clock another process may have taken the new file for one that was left long ago.
      return writeAndRename(path, bytes);
    }),
  );
}

async function writeAndRename(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
