/**
 * Fits all coefficients of a face at once to picture and landmarks, by Gauss-Newton on points of the skin, from coarse
 * pictures to fine ones (`photometric-problem.ts`). A fit takes 0.53 seconds and reaches 24.5 dB on the skin; 60 steps of
 * Adam through the renderer (`fit-by-adam.ts`) take about 2.3 seconds and reach 24.0 (`results/decisions/fit-to-pictures.md`).
 */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { type LeastSquaresProblem, minimiseLeastSquares } from "./gauss-newton.js";
import { photometricCoefficients, photometricParameters, poseStart } from "./photometric-problem.js";
import { type PhotometricOptions, type PhotometricView, photometricView } from "./photometric-view.js";

export interface PhotometricStage {
  /** Level of the picture: 0 as it is, 1 half its size, … */
  readonly level: number;
  readonly iterations: number;
  /** Whether only albedo and light move; false by default. */
  readonly appearance?: boolean;
}

/**
 * The stages from a fit to the landmarks. The skin is found again before each stage but the second. A last stage on the
 * whole picture gains nothing, because the samples lie two pixels apart.
 */
export const fittingStages: readonly PhotometricStage[] = [
  { level: 1, iterations: 4, appearance: true },
  { level: 2, iterations: 4 },
  { level: 1, iterations: 4 },
  { level: 1, iterations: 4 },
];

/** Number of iterations over all coefficients from a fit to the landmarks. */
export const defaultFitSteps = fittingStages.reduce(
  (sum, { iterations, appearance }) => sum + (appearance ? 0 : iterations),
  0,
);

/** The stages from a good start, such as a regressor's answer. */
export const warmStages: readonly PhotometricStage[] = [
  { level: 1, iterations: 2, appearance: true },
  { level: 1, iterations: 4 },
];

export interface PhotometricFit {
  readonly coefficients: Coefficients;
  /** The vertex that stands for each of the 68 points, and where it falls, px of the picture. */
  readonly vertices: Int32Array;
  readonly projected: readonly Point[];
  /** The cost before each iteration. */
  readonly costs: readonly number[];
  readonly view: PhotometricView;
  /** The problem of the last stage, with the samples that the final face shows. */
  readonly problem: LeastSquaresProblem;
}

export interface FitPhotometricOptions extends PhotometricOptions {
  readonly stages?: readonly PhotometricStage[];
  readonly onStep?: (stage: PhotometricStage) => void;
  /** When it is aborted, the stage under way ends and the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** @param points its 68 points, px of the square image */
export async function fitPhotometric(
  data: MorphableModelData,
  image: RgbImage,
  points: readonly Point[],
  start: Coefficients,
  { stages = fittingStages, onStep, signal, ...options }: FitPhotometricOptions = {},
): Promise<PhotometricFit> {
  const view = photometricView(data, image, points, options);
  const costs: number[] = [];
  let current = start;
  let { mask } = await view.skinOf(current);
  let problem = view.problem(current, mask, stages.at(-1)?.level ?? 1);
  for (const [i, stage] of stages.entries()) {
    if (i > 0 && !stages[i - 1].appearance) ({ mask } = await view.skinOf(current));
    problem = view.problem(current, mask, stage.level);
    const fitted = minimiseLeastSquares(problem, photometricParameters(current), {
      active: stage.appearance ? poseStart(data) : undefined,
      iterations: stage.iterations,
      onStep(_, cost) {
        costs.push(cost);
        onStep?.(stage);
      },
    });
    current = photometricCoefficients(data, fitted);
    await new Promise((resolve) => setImmediate(resolve)); // lets an interrupt in
    signal?.throwIfAborted();
  }
  return { coefficients: current, ...placesOf(view, data, current, image.width), costs, view, problem };
}

/** Where the 68 points of a face fall. */
export function placesOf(view: PhotometricView, data: MorphableModelData, face: Coefficients, size: number) {
  const shape = photometricParameters(face).subarray(poseStart(data));
  view.landmarks.prepare(shape);
  const factor = size / view.landmarks.referenceSize;
  return {
    vertices: view.landmarks.vertices(),
    projected: view.landmarks.project(shape).map(([x, y]): Point => [x * factor, y * factor]),
  };
}
