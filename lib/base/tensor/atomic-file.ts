/** Writes files so that nobody ever finds half of one, neither another program nor the next run after a crash. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * @returns whether this is the name of an unfinished file: `writeFileAtomically` leaves one where its process is
 *   killed
 */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);
}

/**
 * Writes a file under another name in the same folder, waits until it is on the disk, and renames it. If anything
 * fails, the old file at `path` stays as it was, and no other file is left beside it.
 *
 * @param path the file; its folder must exist
 * @throws the error of the file system: no such folder, no space left, no permission
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
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
