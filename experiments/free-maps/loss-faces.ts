/** The faces on which losses are looked at without a training: as a user's photo, fitted and unwrapped. */
import { type DetailSample, InputError, loadFaceDetector } from "rerenderable";
import { loadSyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import { type FaceSampler, openFaceSampler } from "../compare-methods/face-sampler.js";
import { lastPhotos, type TestFace, testFaces } from "../compare-methods/test-faces.js";
import type { ProgressLine } from "../run/progress.js";
import type { LossFaceSettings } from "./settings.js";

export interface LossFaces {
  readonly faces: readonly { readonly test: TestFace; readonly sample: DetailSample }[];
  /** The faces that were not found, a line for each. */
  readonly failed: readonly string[];
  readonly sampler: FaceSampler;
}

/** @param multiple how many faces are computed together; the last faces that make no full batch are left out */
export async function openLossFaces(
  settings: LossFaceSettings,
  multiple: number,
  progress: ProgressLine,
): Promise<LossFaces> {
  const photos = await lastPhotos(settings.photos, settings.lastPhotos);
  const wanted = { ...settings, photos, subsets: photos.length > 0 ? [] : settings.subsets, persons: 0 };
  const enough = (count: number) => {
    if (count >= multiple) return;
    throw new InputError("the faces asked for", `${multiple} or more that are found`, `${count}`);
  };
  enough(photos.length + wanted.subsets.length * settings.facesOfEach);
  const sampler = await openFaceSampler(settings, settings.uvSize);
  const detector = await loadFaceDetector();
  const faces: { test: TestFace; sample: DetailSample }[] = [];
  const failed: string[] = [];
  for await (const test of testFaces(wanted, await loadSyntheticAssets(), detector)) {
    progress.now(`${faces.length + 1}: ${test.id} is fitted`);
    if ("reason" in test) failed.push(`${test.id}: ${test.reason}`);
    else faces.push({ test, sample: await sampler.sample(test) });
  }
  progress.now("");
  detector.dispose();
  const full = faces.slice(0, faces.length - (faces.length % multiple));
  enough(faces.length);
  failed.push(
    ...faces.slice(full.length).map(({ test }) => `${test.id}: left over from batches of ${multiple}`),
  );
  return { faces: full, failed, sampler };
}
