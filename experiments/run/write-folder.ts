/**
 * Writes the files of one result as a whole: into a hidden folder beside its place, which is then renamed. A reader,
 * a crash or a full disk never leaves half a result behind.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { isTemporary } from "rerenderable/base";
import { removeOnInterrupt } from "./command.js";
import { reason } from "./machine-failure.js";

/** Content by file name. */
export type ResultFiles = Readonly<Record<string, Uint8Array | string>>;

/** Beside the output: half-written, or replaced but not yet removed. Younger ones may be of a process still at work. */
const abandonedAfterMs = 10 * 60_000;

/** Lists its own files, so that a later run knows that it may replace the folder. */
export const summaryFile = "summary.json";

const aPlace = "a folder that can be written to";
const aFile = "a file where a folder should be";

/**
 * Stops early, before minutes of computing, where `folder` could not be made or written to.
 * @throws InputError
 */
export async function checkWritable(folder: string): Promise<void> {
  let place = path.resolve(folder);
  for (;;) {
    try {
      if (!(await stat(place)).isDirectory()) throw new InputError(folder, aPlace, aFile);
      return await access(place, constants.W_OK);
    } catch (error) {
      if (error instanceof InputError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      // What is not there yet is made later, if what stands above it allows.
      if ((code !== "ENOENT" && code !== "ENOTDIR") || place === path.dirname(place)) {
        throw new InputError(folder, aPlace, reason(error));
      }
      place = path.dirname(place);
    }
  }
}

/**
 * Writes the result, in place of what an earlier run wrote there, and removes what one that was killed left beside it.
 * @param files must hold a `summary.json` with the names of all of them under `files`
 * @param abandonedAfter milliseconds after which nobody is taken to be at a half-written folder
 * @throws InputError where the folder cannot be written, or holds files that no run wrote
 */
export async function writeFolder(
  folder: string,
  files: ResultFiles,
  abandonedAfter = abandonedAfterMs,
): Promise<void> {
  await checkReplaceable(folder);
  const [temporary, old] = ["new", "old"].map((kind) =>
    path.join(path.dirname(folder), `.${path.basename(folder)}.${kind}.${randomUUID()}.tmp`),
  ) as [string, string];
  const whole = removeOnInterrupt(temporary);
  try {
    await makeFolder(temporary);
    for (const [name, content] of Object.entries(files)) {
      await writeFile(path.join(temporary, name), content);
    }
    await exchange(temporary, folder, old);
  } catch (error) {
    throw new InputError(folder, aPlace, reason(error));
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    whole();
  }
  await rm(old, { recursive: true, force: true }).catch(() => {});
  // Only now: the folder that was replaced may have been the one whole result.
  await removeAbandoned(folder, abandonedAfter).catch(() => {});
}

async function removeAbandoned(folder: string, after: number): Promise<void> {
  const [parent, start] = [path.dirname(folder), `.${path.basename(folder)}.`];
  for (const name of await readdir(parent)) {
    const isOurs = isTemporary(name) && /^(new|old)\.[^.]+\.tmp$/.test(name.slice(start.length));
    if (!isOurs || !name.startsWith(start)) continue;
    const { mtimeMs, ctimeMs } = await stat(path.join(parent, name));
    // A folder that is renamed keeps the time of its content; the other one says when it was renamed.
    if (Date.now() - Math.max(mtimeMs, ctimeMs) <= after) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

/**
 * As mkdir with `recursive`, which never ends where a file system answers ENOENT to all new names (/proc).
 * @throws what the file system says
 */
export async function makeFolder(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const exists = await stat(parent).catch(() => undefined);
  if (!exists && parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    // Another run may have made it at the same moment.
    if (error.code !== "EEXIST" || !(await stat(folder)).isDirectory()) throw error;
  });
}

/** Puts `fresh` in the place of `folder`, which, where there is one, becomes `old`; or leaves all as it was. */
async function exchange(fresh: string, folder: string, old: string): Promise<void> {
  const replaced = await rename(folder, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(fresh, folder);
  } catch (error) {
    if (replaced) await rename(old, folder);
    throw error;
  }
}

/**
 * Stops where `folder` holds anything that no run before wrote: it would be lost when the folder is replaced.
 * @throws InputError
 */
export async function checkReplaceable(folder: string): Promise<void> {
  let present: string[];
  try {
    present = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new InputError(folder, aPlace, reason(error));
  }
  const known = await filesOfEarlierRun(folder);
  const foreign = present.find((name) => !known.includes(name) && name !== ".DS_Store");
  if (foreign === undefined) return;
  const expected = "a new folder, or one that holds an earlier reconstruction and nothing else";
  throw new InputError(folder, expected, `a folder with ${foreign} in it`);
}

async function filesOfEarlierRun(folder: string): Promise<string[]> {
  try {
    const { files } = JSON.parse(await readFile(path.join(folder, summaryFile), "utf8"));
    return Array.isArray(files) ? files : [];
  } catch {
    return [];
  }
}
