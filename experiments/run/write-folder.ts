/**
 * Writes all files of one result, or none: first into a hidden folder beside its place, which is then renamed. Readers
 * never see half a result, even after a crash or on a full disk.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { isTemporary } from "rerenderable/base";
import { removeOnInterrupt } from "./command.js";
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
const aFile = "a file where a folder should be";

/**
 * Checks early, before minutes of computing, that `folder` can be made and written to.
 * @throws InputError if not
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
      // A missing folder is made later, if the folder above it allows that.
      if ((code !== "ENOENT" && code !== "ENOTDIR") || place === path.dirname(place)) {
        throw new InputError(folder, aPlace, reason(error));
      }
      place = path.dirname(place);
    }
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
  // Only now, because the replaced folder may have been the only complete result.
  await removeAbandoned(folder, abandonedAfter).catch(() => {});
}

async function removeAbandoned(folder: string, after: number): Promise<void> {
  const [parent, start] = [path.dirname(folder), `.${path.basename(folder)}.`];
  for (const name of await readdir(parent)) {
    const isOurs = isTemporary(name) && /^(new|old)\.[^.]+\.tmp$/.test(name.slice(start.length));
    if (!isOurs || !name.startsWith(start)) continue;
    const { mtimeMs, ctimeMs } = await stat(path.join(parent, name));
    // After a renaming `mtime` is still the time of the content; `ctime` is the time of the renaming.
    if (Date.now() - Math.max(mtimeMs, ctimeMs) <= after) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
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

/** Moves `fresh` to `folder`, and an existing `folder` to `old`. If it fails, everything stays as it was. */
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
