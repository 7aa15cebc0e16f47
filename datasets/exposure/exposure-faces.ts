/**
 * Faces from which the exposure network learns. Synthetic ones are rendered once and kept, in files of ten seeds: `photos`
 * U8 [n, 224, 224, 3], `points` F32 [n, 68, 2] px, `shading` F32 [n].
 */
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Point } from "rerenderable";
import { decodeSafetensors, encodeSafetensors, writeFileAtomically } from "rerenderable/base";
import { usualShading } from "rerenderable/face";
import type { Dataset } from "../dataset.js";
import { renderSample } from "../synthetic/render-sample.js";
import { sampleScene } from "../synthetic/scene/sample-scene.js";
import type { SubsetName } from "../synthetic/scene/subset-names.js";
import { loadSyntheticAssets, type SyntheticAssets } from "../synthetic/synthetic-assets.js";
import type { SyntheticSample } from "../synthetic/synthetic-sample.js";

export interface ExposureFace {
  /** Encoded sRGB in bytes, [224 * 224 * 3]. */
  readonly photo: Uint8Array;
  /** The 68 points, px. */
  readonly points: readonly Point[];
  /** The mean of the bare skin in the photo over that of its albedo, both encoded. */
  readonly shading: number;
}

export const exposureSide = 224;
/** Smaller than the maps of other synthetic faces: painting them takes most of the time. */
const uvSize = 256;
const seedsAtMost = 10;
/** A mask with fewer pixels of skin says nothing of the light. */
const leastSkin = 200;

export interface ExposureFacesWanted {
  readonly subsets: readonly SubsetName[];
  readonly firstSeed: number;
  /** The number of faces of each subset; above ten, rounded up to whole files of ten. */
  readonly count: number;
  readonly folder: string;
  readonly signal?: AbortSignal;
  readonly onFile?: (done: number, of: number) => void;
}

/** @returns undefined if it was aborted */
export async function obtainExposureFaces(wanted: ExposureFacesWanted): Promise<ExposureFace[] | undefined> {
  const { subsets, firstSeed, count, folder, signal, onFile } = wanted;
  const assets = await loadSyntheticAssets(uvSize);
  const key = `${assets.digest}-${subsets.join("-")}`;
  await mkdir(folder, { recursive: true });
  const seedsEach = Math.min(count, seedsAtMost);
  const files = Math.ceil(count / seedsEach);
  const faces: ExposureFace[] = [];
  for (let i = 0; i < files; i++) {
    if (signal?.aborted) return undefined;
    const first = firstSeed + i * seedsEach;
    const file = path.join(folder, `faces-${first}-${seedsEach}-${subsets.length}.safetensors`);
    const stored = await readFile(file).catch(() => undefined);
    const known = stored && decodeFaces(stored, file, key);
    faces.push(...(known ?? (await makeFile(assets, subsets, [first, seedsEach], file, key))));
    onFile?.(i + 1, files);
  }
  return faces.filter(({ shading }) => shading > 0);
}

async function makeFile(
  assets: SyntheticAssets,
  subsets: readonly SubsetName[],
  [first, count]: readonly [number, number],
  file: string,
  key: string,
): Promise<ExposureFace[]> {
  const faces: ExposureFace[] = [];
  for (let seed = first; seed < first + count; seed++) {
    for (const subset of subsets) {
      const sample = await renderSample(assets, sampleScene(assets.data, seed, subset), exposureSide);
      faces.push(syntheticFace(sample, assets.map.skin));
    }
  }
  await writeFileAtomically(file, encodeFaces(faces, key));
  return faces;
}

/** @param skin 1 where a texel is of the face's skin */
function syntheticFace(
  { photo, landmarks, maps, albedo }: SyntheticSample,
  skin: ArrayLike<number>,
): ExposureFace {
  const shown = meanWhere(photo, maps.skin);
  const own = meanWhere(albedo, skin);
  return {
    photo,
    points: Array.from(
      { length: landmarks.length / 2 },
      (_, i): Point => [landmarks[2 * i], landmarks[2 * i + 1]],
    ),
    shading: shown.count < leastSkin ? 0 : shown.mean / own.mean,
  };
}

function meanWhere(colours: Uint8Array, mask: ArrayLike<number>): { mean: number; count: number } {
  let [sum, count] = [0, 0];
  for (let p = 0; p < mask.length; p++) {
    if (!mask[p]) continue;
    count++;
    sum += colours[3 * p] + colours[3 * p + 1] + colours[3 * p + 2];
  }
  return { mean: sum / (3 * Math.max(count, 1)), count };
}

/** Prepared photos: nobody knows their light, so they count as well exposed. */
export async function photoFaces(dataset: Dataset, most = dataset.size): Promise<ExposureFace[]> {
  const faces: ExposureFace[] = [];
  for (let i = 0; i < Math.min(dataset.size, most); i++) {
    const { image, points } = await dataset.read(i);
    const photo = Uint8Array.from(image.data, (value) => Math.round(255 * Math.min(Math.max(value, 0), 1)));
    faces.push({ photo, points, shading: usualShading });
  }
  return faces;
}

function encodeFaces(faces: readonly ExposureFace[], key: string): Uint8Array {
  const [count, side] = [faces.length, exposureSide];
  const photos = new Uint8Array(3 * side * side * count);
  const points = new Float32Array(136 * count);
  faces.forEach((face, i) => {
    photos.set(face.photo, i * face.photo.length);
    points.set(face.points.flat(), 136 * i);
  });
  return encodeSafetensors(
    {
      photos: { dtype: "U8", shape: [count, side, side, 3], values: photos },
      points: { dtype: "F32", shape: [count, 68, 2], values: points },
      shading: { dtype: "F32", shape: [count], values: Float32Array.from(faces, ({ shading }) => shading) },
    },
    { kind: "exposure faces", key },
  );
}

/** @returns undefined if the bytes are damaged or of other faces, which are then made again */
function decodeFaces(bytes: Uint8Array, file: string, key: string): ExposureFace[] | undefined {
  let content: ReturnType<typeof decodeSafetensors>;
  try {
    content = decodeSafetensors(bytes, file);
  } catch {
    return undefined;
  }
  const { photos, points, shading } = content.tensors;
  if (content.metadata.key !== key || !photos || !points || !shading) return undefined;
  const size = 3 * exposureSide * exposureSide;
  return Array.from(shading.values as Float32Array, (own, i) => ({
    photo: (photos.values as Uint8Array).subarray(i * size, (i + 1) * size),
    points: Array.from({ length: 68 }, (_, j): Point => {
      const at = 136 * i + 2 * j;
      return [points.values[at] as number, points.values[at + 1] as number];
    }),
    shading: own,
  }));
}
