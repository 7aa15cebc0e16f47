/**
 * Fits several photos of one person at once. Identity and albedo are shared, so that one photo shows what another
 * hides. Each photo keeps its own pose, expression and light.
 *
 * Each of k pictures counts 1 / k, because what the model cannot explain does not average out over pictures; the points
 * of each photo count whole. Identity's error falls from .83 to .78 with four expressions, from .80 to .76 with four
 * lights (`results/decisions/several-photos.md`).
 */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import { fitLandmarks } from "./fit-landmarks.js";
import { finishFit, type PhotoFit, startFrom } from "./fit-photo.js";
import { fitPhotometric, placesOf } from "./fit-photometric.js";
import { minimiseLeastSquares } from "./gauss-newton.js";
import { jointProblem } from "./joint-problem.js";
import { photometricCoefficients, photometricParameters } from "./photometric-problem.js";
import type { PhotometricOptions } from "./photometric-view.js";

export interface FacePhoto {
  /** The aligned face, square. */
  readonly image: RgbImage;
  /** Its 68 points, px of the image. */
  readonly points: readonly Point[];
}

export interface FitPhotosOptions extends PhotometricOptions {
  /** Iterations over all photos. */
  readonly steps?: number;
}

/**
 * @returns one fit a photo; the coefficients of identity and albedo are the same in all
 * @example
 * ```ts
 * import { type AlignedFace, fitPhotos, type MorphableModel } from "rerenderable";
 *
 * async function shapeOf(model: MorphableModel, faces: readonly AlignedFace[]) {
 *   const photos = faces.map(({ image, points68InCrop }) => ({ image, points: points68InCrop! }));
 *   const [first] = await fitPhotos(model, photos);
 *   return first.coefficients.identity; // the same in all fits
 * }
 * ```
 */
export async function fitPhotos(
  model: Pick<MorphableModel, "data">,
  photos: readonly FacePhoto[],
  { steps = 10, ...options }: FitPhotosOptions = {},
): Promise<PhotoFit[]> {
  if (photos.length === 0) throw new Error("fitPhotos: `photos` should be one or more but there are none.");
  const { data } = model;
  const alone = [];
  for (const { image, points } of photos) {
    const landmarkFit = fitLandmarks(data, points, image.width, options);
    alone.push(await fitPhotometric(data, image, points, startFrom(landmarkFit), options));
  }
  const problems = [];
  for (const { view, coefficients } of alone) {
    const { mask } = await view.skinOf(coefficients);
    problems.push(view.problem(coefficients, mask, 1, 1 / photos.length));
  }
  const joint = jointProblem(data, problems);
  const costs: number[] = [];
  const start = joint.join(alone.map(({ coefficients }) => photometricParameters(coefficients)));
  const found = minimiseLeastSquares(joint, start, {
    iterations: steps,
    onStep: (_, cost) => costs.push(cost),
  });
  const fits: PhotoFit[] = [];
  for (const [i, { image, points }] of photos.entries()) {
    const coefficients = photometricCoefficients(data, joint.part(found, i));
    const { view } = alone[i];
    const fit = { coefficients, ...placesOf(view, data, coefficients, image.width), costs, view };
    fits.push(await finishFit(model, image, points, { ...fit, problem: problems[i] }));
  }
  return fits;
}
