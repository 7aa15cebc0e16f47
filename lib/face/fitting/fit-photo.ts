/** The prior albedo module by fitting (section 4.1): all coefficients of the face in one aligned picture. */
import type { MaskImage, Point, RgbImage } from "../../base/image/rgb-image.js";
import { type Coefficients, neutralCoefficients } from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import type { CoefficientBelief } from "./coefficient-belief.js";
import { lightOfPhotos } from "./fit-appearance.js";
import { fitLandmarks, type LandmarkFit } from "./fit-landmarks.js";
import {
  type FitPhotometricOptions,
  fitPhotometric,
  fittingStages,
  type PhotometricFit,
  type PhotometricStage,
  warmStages,
} from "./fit-photometric.js";
import { type FitQuality, judgeFit } from "./fit-quality.js";
import { type FitUncertainty, fitUncertainty } from "./fit-uncertainty.js";

export type FitStage = "landmarks" | "appearance" | "coefficients";

export interface PhotoFit {
  readonly coefficients: Coefficients;
  /** The first fit to the 68 points; none from a warm start. */
  readonly landmarkFit?: LandmarkFit;
  /** The vertex that stands for each of the 68 points of the final face, and where it falls, px of the picture. */
  readonly vertices: Int32Array;
  readonly projected: readonly Point[];
  /** Skin as the final face covers it (Eq. 14). */
  readonly mask: MaskImage;
  /** `M_proj` alone. */
  readonly projectedMask: MaskImage;
  /** Cost of the photometric fit before each iteration. */
  readonly losses: readonly number[];
  readonly uncertainty: FitUncertainty;
  readonly quality: FitQuality;
}

export interface PhotoFitOptions extends Omit<FitPhotometricOptions, "stages" | "onStep"> {
  /** Where to start from, for example a regressor's answer. If it is left out, a fit to the landmarks is the start. */
  readonly start?: Coefficients;
  /**
   * The most iterations over all coefficients. By default as many as `fittingStages` have, or `warmStages` if there is
   * a `start`.
   */
  readonly steps?: number;
  readonly onStage?: (stage: FitStage, share: number) => void;
}

/**
 * @param image the aligned face, square
 * @param points its 68 points, px of the image
 * @example
 * ```ts
 * import * as rr from "rerenderable";
 *
 * await rr.prepareEngine();
 * const { model, detector } = await rr.createReconstructor();
 * const photo = await rr.readImage("datasets/portraits/astronaut.png");
 * const [{ points }] = await detector.detect(photo);
 * const { image, points68InCrop } = rr.alignFace(photo, points);
 * const { coefficients, quality } = await rr.fitPhoto(model, image, points68InCrop!);
 * console.log(coefficients.light, quality.reasons);
 * ```
 */
export async function fitPhoto(
  model: Pick<MorphableModel, "data">,
  image: RgbImage,
  points: readonly Point[],
  { start, steps = Number.POSITIVE_INFINITY, onStage, ...options }: PhotoFitOptions = {},
): Promise<PhotoFit> {
  const { data } = model;
  onStage?.("landmarks", 0);
  const landmarkFit = start ? undefined : fitLandmarks(data, points, image.width, options);
  onStage?.("appearance", 0);
  const stages = atMost(start ? warmStages : fittingStages, steps);
  const all = stages.reduce((sum, { iterations, appearance }) => sum + (appearance ? 0 : iterations), 0);
  let done = 0;
  const fit = await fitPhotometric(data, image, points, start ?? startFrom(landmarkFit!, options.belief), {
    ...options,
    stages,
    onStep: ({ appearance }) => {
      if (!appearance) onStage?.("coefficients", ++done / all);
    },
  });
  if (done < all || all === 0) onStage?.("coefficients", 1);
  return { landmarkFit, ...(await finishFit(model, image, points, fit)) };
}

/** The same record as a fit's, for a face whose coefficients are known already: nothing is optimised. */
export async function describeFace(
  model: Pick<MorphableModel, "data">,
  image: RgbImage,
  points: readonly Point[],
  face: Coefficients,
  options: PhotoFitOptions = {},
): Promise<PhotoFit> {
  const fit = await fitPhotometric(model.data, image, points, face, {
    ...options,
    stages: [],
    onStep: undefined,
  });
  return finishFit(model, image, points, fit);
}

/**
 * Where a fit starts: the shape of a fit to landmarks with the mean albedo under the mean light, or with what is
 * believed of either.
 */
export function startFrom(
  { identity, expression, angles, translation }: LandmarkFit,
  { albedo, light }: CoefficientBelief = {},
): Coefficients {
  return neutralCoefficients({
    ...{ identity, expression, angles, translation },
    ...(albedo && { albedo: albedo.mean }),
    light: light?.mean ?? Float32Array.from(lightOfPhotos.mean),
  });
}

/** The same stages, with at most `steps` iterations over all coefficients. */
function atMost(stages: readonly PhotometricStage[], steps: number): PhotometricStage[] {
  let left = steps;
  return stages.flatMap((stage) => {
    if (stage.appearance) return [stage];
    const iterations = Math.min(stage.iterations, left);
    left -= iterations;
    return iterations > 0 ? [{ ...stage, iterations }] : [];
  });
}

/** Adds to a finished fit its skin, deviations and quality. */
export async function finishFit(
  { data }: Pick<MorphableModel, "data">,
  image: RgbImage,
  points: readonly Point[],
  { coefficients, vertices, projected, costs, view, problem }: PhotometricFit,
): Promise<Omit<PhotoFit, "landmarkFit">> {
  const { mask, projectedMask } = await view.skinOf(coefficients);
  const uncertainty = fitUncertainty(data, coefficients, problem);
  const measures = { coefficients, points, projected, mask, projectedMask, size: image.width };
  return {
    coefficients,
    vertices,
    projected,
    mask,
    projectedMask,
    losses: costs,
    uncertainty,
    quality: judgeFit({ ...measures, residual: view.residual(coefficients, mask), uncertainty }),
  };
}
