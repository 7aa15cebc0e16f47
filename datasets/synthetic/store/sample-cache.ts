/** Samples on disk: one file each, written whole or not at all, made again where it is damaged or of an older version. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "rerenderable/base";
import { renderSample } from "../render-sample.js";
import { sampleScene } from "../scene/sample-scene.js";
import type { SubsetName } from "../scene/subset-names.js";
import type { SyntheticAssets } from "../synthetic-assets.js";
import type { SyntheticSample } from "../synthetic-sample.js";
import { decodeSample, encodeSample } from "./sample-file.js";

/**
 * The version of how a scene is made and rendered. Raise it when that changes: samples of another version are made
 * again.
 */
export const syntheticVersion = 1;

export interface SampleRequest {
  readonly subset: SubsetName;
  readonly seed: number;
  /** Side of the picture in pixels. */
  readonly size: number;
}

export interface CacheOptions {
  readonly folder: string;
  /** Called with a line for each damaged file. */
  readonly warn?: (line: string) => void;
  /** For tests: another version than this program's. */
  readonly version?: number;
}

/**
 * The key of a sample: everything that decides its bytes, on one machine. The digest of the scene's record is part of
 * it, so a change of what a seed draws (the light prior, the model's priors) needs no new version.
 */
export function sampleKey(
  { digest, map, data }: Pick<SyntheticAssets, "digest" | "map" | "data">,
  { subset, seed, size }: SampleRequest,
  version = syntheticVersion,
): string {
  const scene = createHash("sha256")
    .update(JSON.stringify(sampleScene(data, seed, subset)))
    .digest("hex");
  return `v${version}-${digest}/${subset}/${size}px-uv${map.size}/${seed}-${scene.slice(0, 8)}`;
}

export function sampleFile(folder: string, key: string): string {
  return path.join(folder, `${key}.safetensors`);
}

/** Takes a sample from the cache, or makes it and puts it there. */
export async function obtainSample(
  assets: SyntheticAssets,
  request: SampleRequest,
  { folder, warn = console.warn, version = syntheticVersion }: CacheOptions,
): Promise<SyntheticSample> {
  const key = sampleKey(assets, request, version);
  const file = sampleFile(folder, key);
  const found = await readIfThere(file);
  if (found) {
    try {
      return decodeSample(found, file, key);
    } catch (error) {
      warn(`${(error as Error).message} It is made again.`);
    }
  }
  const made = encodeSample(
    await renderSample(assets, sampleScene(assets.data, request.seed, request.subset), request.size),
    key,
  );
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomically(file, made);
  // The rounded values are read back, so that a first and a second look give the same bits.
  return decodeSample(made, file, key);
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
