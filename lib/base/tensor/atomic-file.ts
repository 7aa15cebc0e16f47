/** Writes files so that a reader, or a crash, never finds half of one. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** @returns whether a file of this name is one that `writeFileAtomically` had not finished when its process was killed */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);
}

/**
 * Writes a file under another name in the same folder, waits until it is on the disk, and renames it. If anything
 * fails, what was at `path` is as it was and nothing is left beside it.
 *
 * @param path the file; its folder must exist
 * @throws what the file system says: no such folder, no space left, no permission
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
