/**
 * The faces on which methods are judged: synthetic faces with their truth, and photos. They are found and aligned as a
 * user's photo is.
 */
import path from "node:path";
import {
  alignFace,
  applySimilarity,
  type FaceDetector,
  InputError,
  type MaskImage,
  type Point,
  type RgbImage,
  readImage,
  rotateLight,
} from "rerenderable";
import { invertSimilarity, type Similarity } from "rerenderable/base";
import { chooseFace } from "rerenderable/face";
import { openFolder } from "../../datasets/folder/folder.js";
import type { SubsetName } from "../../datasets/synthetic/scene/subset-names.js";
import { groupSizes } from "../../datasets/synthetic/scene/subsets.js";
import { obtainSample } from "../../datasets/synthetic/store/sample-cache.js";
import type { SyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import { syntheticFolder } from "../../datasets/synthetic/synthetic-dataset.js";
import type { SyntheticSample } from "../../datasets/synthetic/synthetic-sample.js";

export interface TestFace {
  readonly id: string;
  /** A synthetic subset, or "photos". */
  readonly group: string;
  /** The aligned face, 224 px. */
  readonly image: RgbImage;
  /** The detector's 68 points, px of the image. */
  readonly points: readonly Point[];
  readonly truth?: FaceTruth;
}

/** The truth of a synthetic face, in the frame of the aligned picture. */
export interface FaceTruth {
  /** The 68 points, px of the aligned picture. */
  readonly points: readonly Point[];
  /** 1 where bare facial skin is seen. */
  readonly skin: MaskImage;
  /** Albedo and the shading that multiplies it, encoded, 0 outside the face, [S * S * 3] each. */
  readonly pixels: { readonly albedo: Float32Array; readonly shading: Float32Array };
  /** Distance from the sample's camera, 10 cm, 0 where nothing is seen, [S * S]. */
  readonly depth: Float32Array;
  /** The light as 27 numbers in the aligned picture's frame, or the nearest light of order 2. */
  readonly light: readonly number[];
  /** `A′`, encoded sRGB, at the sample's uv size. */
  readonly uvAlbedo: RgbImage;
  /** 1 where the picture shows a texel's skin, [U * U]. */
  readonly seenTexels: Uint8Array;
}

/** A face that the detector did not find, or not well enough. */
export interface LostFace {
  readonly id: string;
  readonly group: string;
  readonly reason: string;
}

/**
 * Least score for synthetic faces. It is known that there is a face; the detector is less sure of rendered faces, and
 * those that it is unsure of must be judged too.
 */
const leastSyntheticScore = 0.3;

export async function syntheticTestFace(
  assets: SyntheticAssets,
  detector: FaceDetector,
  subset: SubsetName,
  seed: number,
): Promise<TestFace | LostFace> {
  const sample = await obtainSample(assets, { subset, seed, size: 224 }, { folder: syntheticFolder });
  const data = Float32Array.from(sample.photo, (value) => value / 255);
  const named = { id: `synthetic/${subset}/${seed}`, group: subset };
  const picture = { width: sample.size, height: sample.size, data };
  const found = await find(detector, picture, named, leastSyntheticScore);
  if ("reason" in found) return found;
  const { toCrop, ...face } = found;
  return { ...face, truth: truthInCrop(sample, toCrop, face.image.width) };
}

export interface TestFaceSettings {
  /** Files of photos. They come before the synthetic faces. */
  readonly photos: readonly string[];
  readonly subsets: readonly SubsetName[];
  /** Number of faces of each subset, from `firstSeed` on. */
  readonly facesOfEach: number;
  readonly firstSeed: number;
  /** Number of persons of `same-face-many-lights`, with 16 lights each. */
  readonly persons: number;
}

export async function* testFaces(
  { photos, subsets, facesOfEach, firstSeed, persons }: TestFaceSettings,
  assets: SyntheticAssets,
  detector: FaceDetector,
): AsyncGenerator<TestFace | LostFace> {
  for (const file of photos) yield photoTestFace(detector, file);
  const range = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
  for (const subset of subsets) {
    for (const seed of range(firstSeed, facesOfEach)) yield syntheticTestFace(assets, detector, subset, seed);
  }
  for (const seed of range(0, persons * groupSizes.lights))
    yield syntheticTestFace(assets, detector, "same-face-many-lights", seed);
}

/** The last `count` photos of a folder, in the order of their names; none if the folder is "". */
export async function lastPhotos(folder: string, count: number): Promise<readonly string[]> {
  if (folder === "") return [];
  const { items } = await openFolder(folder);
  return items.slice(-count).map(({ file }) => file);
}

export async function photoTestFace(detector: FaceDetector, file: string): Promise<TestFace | LostFace> {
  const found = await find(detector, await readImage(file), { id: path.parse(file).name, group: "photos" });
  if ("reason" in found) return found;
  const { toCrop: _, ...face } = found;
  return face;
}

async function find(
  detector: FaceDetector,
  photo: RgbImage,
  named: { readonly id: string; readonly group: string },
  leastScore?: number,
): Promise<(TestFace & { readonly toCrop: Similarity }) | LostFace> {
  try {
    const { face } = chooseFace(named.id, await detector.findBoxes(photo), { minimumScore: leastScore });
    const { image, toCrop, points68InCrop } = alignFace(photo, await detector.locatePoints(photo, face.box));
    return { ...named, image, toCrop, points: points68InCrop! };
  } catch (error) {
    // Without the name at its beginning, because the id stands beside it.
    if (error instanceof InputError)
      return { ...named, reason: `expected ${error.expected}, got ${error.got}.` };
    throw error;
  }
}

/** @param toCrop from pixels of the sample to those of the aligned picture, whose side is `size` */
export function truthInCrop(sample: SyntheticSample, toCrop: Similarity, size: number): FaceTruth {
  const { maps, landmarks, light, albedo, seenTexels, uvSize } = sample;
  const back = invertSimilarity(toCrop);
  const skin = new Float32Array(size * size);
  const depth = new Float32Array(size * size);
  const pixels = { albedo: new Float32Array(3 * skin.length), shading: new Float32Array(3 * skin.length) };
  for (let p = 0; p < size * size; p++) {
    // The nearest pixel: a depth or a mask has no values between.
    const [x, y] = applySimilarity(back, [(p % size) + 0.5, Math.floor(p / size) + 0.5]).map(Math.floor);
    if (x < 0 || y < 0 || x >= sample.size || y >= sample.size) continue;
    const from = y * sample.size + x;
    skin[p] = maps.skin[from];
    depth[p] = maps.depth[from];
    pixels.albedo.set(maps.albedo.subarray(3 * from, 3 * from + 3), 3 * p);
    pixels.shading.set(maps.shading.subarray(3 * from, 3 * from + 3), 3 * p);
  }
  // The picture's y points down, the world's up: a turn of the picture is the opposite turn of the world.
  const [cos, sin] = [Math.cos(toCrop.rotation), Math.sin(toCrop.rotation)];
  return {
    points: Array.from({ length: 68 }, (_, k) =>
      applySimilarity(toCrop, [landmarks[2 * k], landmarks[2 * k + 1]]),
    ),
    skin: { width: size, height: size, data: skin },
    pixels,
    depth,
    light: rotateLight(Array.from(light), [
      [cos, sin, 0],
      [-sin, cos, 0],
      [0, 0, 1],
    ]),
    uvAlbedo: { width: uvSize, height: uvSize, data: Float32Array.from(albedo, (value) => value / 255) },
    seenTexels,
  };
}
