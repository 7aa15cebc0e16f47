/**
 * Writes all files of one result, or none: first into a hidden folder beside its place, which is then renamed. Readers
 * never see half a result, even after a crash or on a full disk.
 */
import { existsSync, renameSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { isTemporary, temporaryBeside, temporaryStem, wholeWrite } from "rerenderable/base";
import { reason } from "./machine-failure.js";

/** Content of the files, by name. */
export type ResultFiles = Readonly<Record<string, Uint8Array | string>>;

/**
 * Hidden folders beside the output (half-written, or replaced and not yet removed) are abandoned after this time.
 * Younger ones may belong to a process that still works.
 */
const abandonedAfterMs = 10 * 60_000;

/** This file lists all files of the folder, so that a later run knows that it may replace the folder. */
export const summaryFile = "summary.json";

const aPlace = "a folder that can be written to";

/**
 * Checks early, before minutes of computing, that `folder` can be made and written to. It tries, under another name, so
 * that nothing is left and no other process sees it.
 * @throws InputError if not
 */
export async function checkWritable(folder: string): Promise<void> {
  const { place, missing } = await nearestFolder(folder);
  await wholeWrite(() => tryToWrite(place, missing)).catch((error) => {
    throw new InputError(folder, aPlace, reason(error));
  });
}

/**
 * @returns the folder, or the nearest above it that exists, and the names of those that are missing below
 * @throws InputError if something is there that is no folder
 */
export async function nearestFolder(folder: string): Promise<{ place: string; missing: readonly string[] }> {
  let place = path.resolve(folder);
  const missing: string[] = [];
  try {
    while (!(await isFolder(place))) {
      missing.unshift(path.basename(place));
      place = path.dirname(place);
    }
  } catch (error) {
    throw new InputError(folder, aPlace, reason(error));
  }
  return { place, missing };
}

/**
 * @returns false if nothing is there, so that a folder can be made
 * @throws where something else is: a file, or a link that leads nowhere
 */
async function isFolder(place: string): Promise<boolean> {
  const there = await lstat(place).catch((error: NodeJS.ErrnoException) => {
    // Below a file nothing can be there either; the file itself is found further up.
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!there) return false;
  const target = await stat(place).catch(() => {
    throw new Error("a link that leads nowhere");
  });
  if (!target.isDirectory()) throw new Error("a file where a folder should be");
  return true;
}

async function tryToWrite(place: string, missing: readonly string[]): Promise<void> {
  const trial = temporaryBeside(path.join(place, "trial"));
  try {
    await makeFolder(path.join(trial, ...missing));
    await writeFile(path.join(trial, ...missing, "trial"), "a file that is not empty");
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/**
 * Writes the result in place of the result of an earlier run, and removes what killed runs left beside it.
 * @param files the files; they must include a `summary.json` that lists the names of all under `files`
 * @param abandonedAfter milliseconds after which a half-written folder counts as abandoned
 * @throws InputError if the folder cannot be written, or holds files that no run wrote
 */
export async function writeFolder(
  folder: string,
  files: ResultFiles,
  abandonedAfter = abandonedAfterMs,
): Promise<void> {
  await checkReplaceable(folder);
  await wholeWrite(async () => {
    const [temporary, old] = [temporaryBeside(folder, "new"), temporaryBeside(folder, "old")];
    try {
      await makeFolder(temporary);
      for (const [name, content] of Object.entries(files)) {
        await writeFile(path.join(temporary, name), content);
      }
      exchange(temporary, folder, old);
    } catch (error) {
      throw new InputError(folder, aPlace, reason(error));
    } finally {
      await rm(temporary, { recursive: true, force: true }).catch(() => {});
    }
    await rm(old, { recursive: true, force: true }).catch(() => {});
  });
  // Only now, because the replaced folder may have been the only complete result.
  await removeAbandoned(folder, abandonedAfter).catch(() => {});
}

async function removeAbandoned(folder: string, after: number): Promise<void> {
  for (const left of await besides(folder, "(new|old)")) {
    if (Date.now() - left.since > after) await rm(left.path, { recursive: true, force: true });
  }
}

/**
 * After a kill between the two steps of an exchange the earlier result stands under a hidden name; this gives it its own
 * name back. No other process may be at the folder.
 */
export async function bringBack(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const [latest] = (await besides(folder, "old").catch(() => [])).sort((a, b) => b.since - a.since);
  if (latest) renameSync(latest.path, folder);
}

/** The hidden folders of one kind beside the folder, with the time when each came there. */
async function besides(folder: string, kind: string): Promise<{ path: string; since: number }[]> {
  const [parent, start] = [path.dirname(folder), `.${temporaryStem(path.basename(folder))}.`];
  const isOne = (name: string) =>
    isTemporary(name) &&
    name.startsWith(start) &&
    new RegExp(`^${kind}\\.[^.]+\\.tmp$`).test(name.slice(start.length));
  const found = (await readdir(parent)).filter(isOne).map(async (name) => {
    const { mtimeMs, ctimeMs } = await stat(path.join(parent, name));
    // After a renaming `mtime` is still the time of the content; `ctime` is the time of the renaming.
    return { path: path.join(parent, name), since: Math.max(mtimeMs, ctimeMs) };
  });
  return Promise.all(found);
}

/**
 * Makes a folder and those above it. `mkdir` with `recursive` never ends on a file system that answers ENOENT to all new
 * names (/proc).
 * @throws the error of the file system
 */
export async function makeFolder(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const exists = await stat(parent).catch(() => undefined);
  if (!exists && parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    // Another run may have made the folder at the same moment.
    if (error.code !== "EEXIST" || !(await stat(folder)).isDirectory()) throw error;
  });
}

/**
 * Moves `fresh` to `folder`, and an existing `folder` to `old`. If it fails, everything stays as it was. Between the two
 * steps no result stands under its name, so they leave no turn to a signal's handler.
 */
function exchange(fresh: string, folder: string, old: string): void {
  const replaced = existsSync(folder);
  if (replaced) renameSync(folder, old);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (replaced) renameSync(old, folder);
    throw error;
  }
}

/**
 * Checks that `folder` holds only files that an earlier run wrote: others would be lost when the folder is replaced.
 * @throws InputError if it holds others
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
