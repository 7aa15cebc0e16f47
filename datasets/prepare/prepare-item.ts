/** Prepares one photo of a data set, unless the store has it; engine, detector and model are loaded with the first. */
import { stat } from "node:fs/promises";
import {
  createMorphableModel,
  InputError,
  loadFaceDetector,
  loadFaceMasker,
  loadMorphableModel,
  type Photo,
  type Point,
  prepareEngine,
  readImage,
  readLandmarks,
} from "rerenderable";
import { readMatPoints } from "../300w-lp/mat-points.js";
import type { PhotoItem } from "../photos/photo-dataset.js";
import { findOutcome, hashFile, keepOutcome, type Outcome, photoKey } from "./photo-store.js";
import type { PreparationSettings, PreparedPhoto, Rejection } from "./preparation.js";
import { type PreparationTools, preparePhoto } from "./prepare-photo.js";
import { encodePrepared } from "./prepared-file.js";

let tools: Promise<PreparationTools> | undefined;

/**
 * @returns the outcome of the photo; that it cannot be read is an outcome too
 * @throws an error that is not the photo's: engine or model do not load, or the store cannot be written
 */
export async function prepareItem(
  item: PhotoItem,
  store: string,
  settings: PreparationSettings,
): Promise<Outcome> {
  const source = await readSource(item);
  if ("reason" in source) return { key: "", accepted: false, ...source };
  const key = photoKey(source.content, settings, source.points);
  const known = await findOutcome(store, key);
  if (known) return known;
  tools ??= loadTools(settings);
  const result = await prepareOrReject(await tools, item, settings, source.points);
  // What was prepared would stand under the key of what was there before.
  if ((await stampOf(item.file)) !== source.stamp) {
    return { key: "", accepted: false, reason: "failed", detail: "replaced while it was read" };
  }
  if ("reason" in result && result.reason === "failed") return { key, accepted: false, ...result };
  return keepOutcome(store, key, "reason" in result ? result : encodePrepared(result));
}

/** Another photo under the same name has another time or size. */
async function stampOf(file: string): Promise<string> {
  const info = await stat(file).catch(() => undefined);
  return `${info?.mtimeMs} ${info?.size}`;
}

interface Source {
  readonly stamp: string;
  /** The hash of the photo's file. */
  readonly content: string;
  /** The known points, px of the upright photo. */
  readonly points?: readonly Point[];
}

async function readSource(item: PhotoItem): Promise<Source | Rejection> {
  try {
    const stamp = await stampOf(item.file);
    const content = await hashFile(item.file);
    const points = item.points ?? (item.pointsFile ? await readPoints(item.pointsFile) : undefined);
    return { stamp, content, points };
  } catch (error) {
    if (error instanceof InputError) return { reason: "unreadable", detail: `points: ${error.got}` };
    return { reason: "unreadable", detail: String((error as NodeJS.ErrnoException).code) };
  }
}

async function readPoints(file: string): Promise<readonly Point[]> {
  if (file.endsWith(".mat")) return readMatPoints(file);
  // The photo's size is not known yet; points outside it lead to no face later.
  const anywhere = { width: 1e9, height: 1e9, scale: 1 };
  return (await readLandmarks(file, anywhere)).points;
}

async function prepareOrReject(
  ready: PreparationTools,
  { file }: PhotoItem,
  settings: PreparationSettings,
  points?: readonly Point[],
): Promise<PreparedPhoto | Rejection> {
  let photo: Photo;
  try {
    photo = await readImage(file);
  } catch (error) {
    // The message has no path, so the same photo elsewhere is rejected with the same words.
    if (error instanceof InputError)
      return { reason: "unreadable", detail: `expected ${error.expected}, got ${error.got}` };
    throw error;
  }
  const { scale } = photo;
  const known = points?.map(([x, y]): Point => [scale * x, scale * y]);
  try {
    return await preparePhoto(ready, photo, settings, known);
  } catch (error) {
    return { reason: "failed", detail: (error as Error).message.split("\n")[0].slice(0, 300) };
  }
}

async function loadTools({ engine, model, mask }: PreparationSettings): Promise<PreparationTools> {
  await prepareEngine(engine);
  const [detector, data, { mask: masker }] = await Promise.all([
    loadFaceDetector(),
    loadMorphableModel(model),
    loadFaceMasker(mask),
  ]);
  return { detector, model: createMorphableModel(data), masker };
}
