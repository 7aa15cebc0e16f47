/**
 * Faces to train the parser on, in one file: `photos` U8 [n, S, S, 3], `classes` U8 [n, S, S], `crops` F32 [n, 4] (scale,
 * rotation, translation). Reading 400 of them takes a second, where the samples that they are from take minutes.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { decodeSafetensors, encodeSafetensors, writeFileAtomically } from "rerenderable/base";
import type { SubsetName } from "../synthetic/scene/subset-names.js";
import { obtainSample, sampleKey } from "../synthetic/store/sample-cache.js";
import { loadSyntheticAssets } from "../synthetic/synthetic-assets.js";
import { syntheticFolder } from "../synthetic/synthetic-dataset.js";
import { type ParsingFace, parsingFace } from "./parsing-face.js";

export interface FacesWanted {
  readonly subsets: readonly SubsetName[];
  readonly firstSeed: number;
  /** The number of faces of each subset. */
  readonly count: number;
  /** Side of the photos, px; 224 by default. */
  readonly size?: number;
}

export interface ObtainFacesOptions {
  /** Where the file is kept. */
  readonly folder: string;
  /** The folder of the samples. */
  readonly samples?: string;
  readonly signal?: AbortSignal;
  readonly onFace?: (done: number, of: number) => void;
}

/**
 * Reads faces from the file, or makes them from samples, which are rendered if there are none.
 * @returns undefined if it was aborted
 */
export async function obtainFaces(
  { subsets, firstSeed, count, size = 224 }: FacesWanted,
  { folder, samples = syntheticFolder, signal, onFace }: ObtainFacesOptions,
): Promise<ParsingFace[] | undefined> {
  const assets = await loadSyntheticAssets();
  const requests = Array.from({ length: count * subsets.length }, (_, i) => ({
    subset: subsets[i % subsets.length],
    seed: firstSeed + Math.floor(i / subsets.length),
    size,
  }));
  const digest = createHash("sha256");
  for (const request of requests) digest.update(sampleKey(assets, request));
  const key = digest.digest("hex").slice(0, 16);
  const file = path.join(folder, `faces-${key}.safetensors`);
  const stored = await readFile(file).catch(() => undefined);
  const known = stored && decodeFaces(stored, file, key);
  if (known) return known;
  const faces: ParsingFace[] = [];
  for (const request of requests) {
    if (signal?.aborted) return undefined;
    faces.push(parsingFace(await obtainSample(assets, request, { folder: samples })));
    onFace?.(faces.length, requests.length);
  }
  const bytes = encodeFaces(faces, key);
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(file, bytes);
  return decodeFaces(bytes, file, key); // rounded, as whoever reads the file gets them
}

function encodeFaces(faces: readonly ParsingFace[], key: string): Uint8Array {
  const [count, side] = [faces.length, faces[0].side];
  const photos = new Uint8Array(3 * count * side * side);
  const classes = new Uint8Array(count * side * side);
  const crops = new Float32Array(4 * count);
  faces.forEach(({ photo, classes: own, toCrop: { scale, rotation, translation } }, i) => {
    photos.set(photo, i * photo.length);
    classes.set(own, i * own.length);
    crops.set([scale, rotation, ...translation], 4 * i);
  });
  return encodeSafetensors(
    {
      photos: { dtype: "U8", shape: [count, side, side, 3], values: photos },
      classes: { dtype: "U8", shape: [count, side, side], values: classes },
      crops: { dtype: "F32", shape: [count, 4], values: crops },
    },
    { kind: "faces to parse", key },
  );
}

/** @returns undefined if the bytes are damaged or of other faces, which are then made again */
function decodeFaces(bytes: Uint8Array, source: string, key: string): ParsingFace[] | undefined {
  let content: ReturnType<typeof decodeSafetensors>;
  try {
    content = decodeSafetensors(bytes, source);
  } catch {
    return undefined;
  }
  const { photos, classes, crops } = content.tensors;
  if (content.metadata.key !== key || !photos || !classes || !crops) return undefined;
  const [count, side] = photos.shape as [number, number];
  const pixels = side * side;
  return Array.from({ length: count }, (_, i) => {
    const [scale, rotation, x, y] = Array.from(crops.values.subarray(4 * i, 4 * i + 4)) as [
      number,
      number,
      number,
      number,
    ];
    return {
      side,
      photo: (photos.values as Uint8Array).subarray(3 * i * pixels, 3 * (i + 1) * pixels),
      classes: (classes.values as Uint8Array).subarray(i * pixels, (i + 1) * pixels),
      toCrop: { scale, rotation, translation: [x, y] },
    };
  });
}
