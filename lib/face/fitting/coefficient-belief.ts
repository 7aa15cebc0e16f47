/**
 * What is believed of a face before its picture is fitted, as a regressor says it: a normal distribution about each number
 * of some parts. It is pooled with the model's prior as two experts are, `p ∝ prior^(1 − w) belief^w`: precisions are added
 * by their weights, and w = 0 is the prior alone, w = 1 the belief alone.
 *
 * How far a belief can be trusted the picture says. A regressor that has learnt from rendered faces is about right on others of
 * their kind and wrong on many a photo, in all numbers of a part at once. So w falls with the distance to which the
 * picture pulls the part: `w = 1 / (1 + d² / 0.3)`, d² the mean square in deviations.
 * Fits with the shipped regressor's belief in albedo and light, medians of 42 synthetic faces (seeds 76 to 120; the
 * albedo as it is / with a factor a colour) and of 40 photos of FFHQ (the 40 before the last):
 *
 * |                        | albedo error | light error | PSNR on skin of photos, median / worst | landmarks px |
 * |------------------------|--------------|-------------|----------------------------------------|--------------|
 * | no belief              | .073 / .045  | .178        | 24.15 / 21.06                          | 1.19         |
 * | w = 1 / (1 + d²)²      | .057 / .032  | .164        | 24.14 / 21.03                          | 1.15         |
 * | w = 1 / (1 + d² / 0.3) | .057 / .032  | .166        | 24.06 / 20.88                          | 1.20         |
 */
import type { CoefficientName, Coefficients } from "../morphable-model/coefficients.js";
import type { LeastSquaresProblem } from "./gauss-newton.js";
import { photometricOrder } from "./photometric-problem.js";

export interface NormalBelief {
  readonly mean: Float32Array;
  /** Standard deviation of each number, above 0. */
  readonly deviation: Float32Array;
}

/** Parts that are left out are not believed anything of. */
export type CoefficientBelief = Readonly<Partial<Record<CoefficientName, NormalBelief>>>;

/** Mean square in deviations at which a belief counts half. */
const tolerance = 0.3;

/** How much a belief counts beside what the picture has made of its part, 0 to 1. */
export function beliefWeight({ mean, deviation }: NormalBelief, found: Float32Array): number {
  const far = found.reduce((sum, value, i) => sum + ((value - mean[i]) / deviation[i]) ** 2, 0);
  return 1 / (1 + far / found.length / tolerance);
}

/**
 * The problem with its priors pooled with a belief.
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
