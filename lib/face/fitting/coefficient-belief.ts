/**
 * What is believed of a face before its picture is fitted: a regressor gives each number of some parts a normal
 * distribution. The belief is pooled with the model's prior as two experts are, `p ∝ prior^(1 − w) belief^w`: the
 * precisions are added by their weights. With w = 0 only the prior counts, with w = 1 only the belief.
 *
 * The picture says how far a belief can be trusted. A regressor that has learnt from rendered faces is about right on
 * faces of their kind, but wrong on many photos, in all numbers of a part at once. So w falls with d², the mean square
 * distance (in deviations) to which the picture pulls the part: `w = 1 / (1 + d² / 0.3)`. On synthetic faces this takes
 * the albedo's error from .073 to .057; on photos PSNR stays within 0.1 dB (`results/decisions/belief-of-the-regressor.md`).
 */
import type { CoefficientName, Coefficients } from "../morphable-model/coefficients.js";
import type { LeastSquaresProblem } from "./gauss-newton.js";
import { photometricOrder } from "./photometric-problem.js";

export interface NormalBelief {
  readonly mean: Float32Array;
  /** Standard deviation of each number, above 0. */
  readonly deviation: Float32Array;
}

/** Nothing is believed of parts that are left out. */
export type CoefficientBelief = Readonly<Partial<Record<CoefficientName, NormalBelief>>>;

/** The mean square distance, in deviations, at which a belief counts half. */
const tolerance = 0.3;

/** How much a belief counts beside what the picture has made of its part, 0 to 1. */
export function beliefWeight({ mean, deviation }: NormalBelief, found: Float32Array): number {
  const far = found.reduce((sum, value, i) => sum + ((value - mean[i]) / deviation[i]) ** 2, 0);
  return 1 / (1 + far / found.length / tolerance);
}

/**
 * The same problem with the belief pooled into its priors.
 * @param problem over all parameters of the photometric fit
 * @param face found so far
 */
export function withBelief<Problem extends LeastSquaresProblem>(
  problem: Problem,
  belief: CoefficientBelief,
  face: Coefficients,
): Problem {
  const [mean, precision, rate] = [problem.mean.slice(), problem.precision.slice(), problem.rate.slice()];
  let at = 0;
  for (const name of photometricOrder) {
    const believed = belief[name];
    const weight = believed ? beliefWeight(believed, face[name]) : 0;
    for (let i = 0; believed && i < face[name].length; i++) {
      const own = (1 - weight) * precision[at + i];
      const other = weight / believed.deviation[i] ** 2;
      precision[at + i] = own + other;
      mean[at + i] = (own * mean[at + i] + other * believed.mean[i]) / (own + other);
      rate[at + i] *= 1 - weight;
    }
    at += face[name].length;
  }
  return { ...problem, mean, precision, rate };
}
