/**
 * Fits all coefficients of a face at once to picture and landmarks, by Gauss-Newton on points of the skin, from coarse
 * pictures to fine ones (`photometric-problem.ts`). Beside 60 steps of Adam through the renderer
 * (`fit-by-adam.ts`), on the last 40 of 120 photos of FFHQ:
 *
 * |                                | seconds | landmarks px, median / worst | PSNR on skin | on all projected | rms identity |
 * |--------------------------------|---------|------------------------------|--------------|------------------|--------------|
 * | Adam, mask by colour           | 4.83    | 1.03 / 1.64                  | 24.0 / 18.1  | 22.5 / 15.7      | 0.65 / 0.91  |
 * | Gauss-Newton, mask by colour   | 0.64    | 1.07 / 1.94                  | 24.0 / 18.2  | 22.8 / 15.8      | 0.69 / 0.99  |
 * | Gauss-Newton, the face parser  | 0.53    | 1.10 / 1.93                  | 24.5 / 19.0  | 22.9 / 16.9      | 0.66 / 0.96  |
 *
 * (Seconds on a quiet machine but the first, on a busy one: about 2.3. A step of Adam and an iteration take about as long,
 * 33 ms; PyTorch's step of Adam takes 61.) The two photos below 21 dB are hard light from two sides, and a picture whose
 * contrast was raised; both have painted lips.
 */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { type LeastSquaresProblem, minimiseLeastSquares } from "./gauss-newton.js";
import { photometricCoefficients, photometricParameters, poseStart } from "./photometric-problem.js";
import { type PhotometricOptions, type PhotometricView, photometricView } from "./photometric-view.js";

export interface PhotometricStage {
  /** Of the picture: 0 as it is, 1 half its size, … */
  readonly level: number;
  readonly iterations: number;
  /** Whether only albedo and light move; false. */
  readonly appearance?: boolean;
}

/**
 * From a fit to the landmarks. Skin is found anew before each stage but the second. A last stage on the whole picture
 * gains nothing: its samples lie two pixels apart.
 */
export const fittingStages: readonly PhotometricStage[] = [
  { level: 1, iterations: 4, appearance: true },
  { level: 2, iterations: 4 },
  { level: 1, iterations: 4 },
  { level: 1, iterations: 4 },
];

/** Iterations over all coefficients from a fit to the landmarks. */
export const defaultFitSteps = fittingStages.reduce(
  (sum, { iterations, appearance }) => sum + (appearance ? 0 : iterations),
  0,
);

/** From a good start, as a regressor gives it. */
export const warmStages: readonly PhotometricStage[] = [
  { level: 1, iterations: 2, appearance: true },
  { level: 1, iterations: 4 },
];

export interface PhotometricFit {
  readonly coefficients: Coefficients;
  /** Vertex that stands for each of the 68 points, and where it falls, px of the picture. */
  readonly vertices: Int32Array;
  readonly projected: readonly Point[];
  /** The cost before each iteration. */
  readonly costs: readonly number[];
  readonly view: PhotometricView;
  /** The last stage's, where it is seen from now. */
  readonly problem: LeastSquaresProblem;
}

export interface FitPhotometricOptions extends PhotometricOptions {
  readonly stages?: readonly PhotometricStage[];
  readonly onStep?: (stage: PhotometricStage) => void;
  /** When it is aborted, the stage under way is finished and its reason thrown. */
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
