/**
 * Claims the folder of a result before the work for it begins: no other process of this machine may be at it, and it must
 * be possible to write it.
 */
import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { lockRun } from "./run-lock.js";
import { bringBack, checkReplaceable, checkWritable, nearestFolder } from "./write-folder.js";

/**
 * Holds the folder until the process ends. One whose exchange was cut off by a kill gets its earlier result back.
 * @throws InputError if another process is at it, it holds files that no run wrote, or it cannot be written
 */
export async function claimFolder(folder: string): Promise<void> {
  const { place, missing } = await nearestFolder(folder);
  await lockRun(folder, lockFile(path.join(await realpath(place), ...missing)), "a result");
  await bringBack(folder);
  await checkReplaceable(folder);
  if (missing.length > 0) await checkWritable(folder);
}

/**
 * The lock does not lie beside the folder, where it would stay after a kill: there is no other trace of a photo that
 * fails. Another user's process cannot be asked for its lock, so each user has locks of their own.
 */
function lockFile(folder: string): string {
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 32);
  return path.join(tmpdir(), `rerenderable-${process.getuid?.() ?? 0}-${hash}.lock`);
}
