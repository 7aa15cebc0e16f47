/**
 * Keeps the outcome of each photo under a key of its content. The same photo with the same settings is never prepared
 * twice, even under another name, and the next run finds what a killed run had finished. Many processes, on many
 * machines, may write to one store at once: each writes whole files, the same bytes under the same key.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Point } from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import type { PreparationSettings, Rejection } from "./preparation.js";
import { preparationVersion } from "./prepare-photo.js";

/** The outcome of one photo, as plain data. */
export type Outcome = { readonly key: string } & (
  | { readonly accepted: true /** The hash of the stored file. */; readonly sha256: string }
  | ({ readonly accepted: false } & Rejection)
);

/** @param content hash of the photo's file @param known points that come with it, px of the upright photo */
export function photoKey(content: string, settings: PreparationSettings, known?: readonly Point[]): string {
  const context = [preparationVersion, Object.entries(settings).sort(), known ?? null, content];
  return createHash("sha256").update(JSON.stringify(context)).digest("hex").slice(0, 40);
}

/** SHA-256 of a file, in pieces: a photo may be larger than memory allows. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** The path of a prepared photo. There are 256 folders, as some file systems are slow with many files in one. */
export function preparedPath(store: string, key: string): string {
  return path.join(store, key.slice(0, 2), `${key}.safetensors`);
}

function rejectionPath(store: string, key: string): string {
  return path.join(store, key.slice(0, 2), `${key}.json`);
}

/** Finds the outcome of an earlier run, if there was one. */
export async function findOutcome(store: string, key: string): Promise<Outcome | undefined> {
  const prepared = await readIfThere(preparedPath(store, key));
  if (prepared) return { key, accepted: true, sha256: sha256(prepared) };
  const rejection = await readIfThere(rejectionPath(store, key));
  return rejection ? { key, accepted: false, ...JSON.parse(rejection.toString("utf8")) } : undefined;
}

/** @param result the prepared photo's file, or why there is none */
export async function keepOutcome(
  store: string,
  key: string,
  result: Uint8Array | Rejection,
): Promise<Outcome> {
  await mkdir(path.join(store, key.slice(0, 2)), { recursive: true });
  if (result instanceof Uint8Array) {
    await writeFileAtomically(preparedPath(store, key), result);
    return { key, accepted: true, sha256: sha256(result) };
  }
  await writeFileAtomically(rejectionPath(store, key), `${JSON.stringify(result)}\n`);
  return { key, accepted: false, ...result };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A half-written file of this age was left by a killed process; a younger one may still be in work. */
const abandonedAfterMs = 10 * 60_000;

/** Removes files that killed processes left half-written. */
export async function removeAbandoned(store: string): Promise<void> {
  const names = await readdir(store, { recursive: true }).catch(() => []);
  for (const name of names.filter((file) => file.endsWith(".tmp"))) {
    const file = path.join(store, name);
    const written = await stat(file).catch(() => undefined);
    if (written && Date.now() - written.mtimeMs > abandonedAfterMs) await rm(file, { force: true });
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
