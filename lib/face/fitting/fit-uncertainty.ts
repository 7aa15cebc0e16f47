/**
 * How sure a fit is. Near its end the posterior is about normal, with the precision `JᵀJ + P`. The exponential prior of
 * a movement counts as a normal prior of the same deviation. The answer holds within the model only: it assumes that
 * the model can show the face, and that the light is the same everywhere.
 */

import { rotationMatrix } from "../../graphics/scene/pose.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { inverseFactor } from "./cholesky.js";
import type { LeastSquaresProblem } from "./gauss-newton.js";
import { poseCount } from "./landmark-problem.js";
import { photometricCoefficients, photometricParameters, poseStart } from "./photometric-problem.js";
import { type SurfaceSamples, surfaceSamples } from "./surface-samples.js";

export interface FitUncertainty {
  /** Posterior deviation of each coefficient, in its own unit. */
  readonly sigma: Coefficients;
  /** Deviation of the skin's depth over the face, relative to its mean depth: root mean square, mm. */
  readonly depthSigma: number;
}

/** The depth is computed for one sample in so many. */
const depthStep = 12;

export function fitUncertainty(
  data: MorphableModelData,
  face: Coefficients,
  problem: LeastSquaresProblem,
): FitUncertainty {
  const p = photometricParameters(face);
  const n = p.length;
  problem.prepare(p);
  const { normal } = problem.normalEquations(p, n);
  for (let a = 0; a < n; a++)
    normal[a * n + a] += Math.max(problem.precision[a], problem.rate[a] ** 2) + 1e-9;
  const inverse = inverseFactor(normal, n);
  const variance = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    for (let a = 0; a <= row; a++) variance[a] += inverse[row * n + a] ** 2;
  }
  return {
    sigma: photometricCoefficients(data, variance.map(Math.sqrt)),
    depthSigma: depthSigma(surfaceSamples(data), face, inverse, poseStart(data)),
  };
}

/** `√ mean |L⁻¹ (g − ḡ)|²` in mm, where g is the derivative of a sample's depth by the shape. */
function depthSigma(
  samples: SurfaceSamples,
  face: Coefficients,
  inverse: Float64Array,
  pose: number,
): number {
  const { shapes, heap, shapeModes, vertices } = samples;
  const n = pose + poseCount + shapes;
  const [, , toward] = rotationMatrix([face.angles[0], face.angles[1], face.angles[2]]);
  const chosen = Array.from({ length: Math.floor(vertices.length / depthStep) }, (_, i) => i * depthStep);
  const slopes = chosen.map((s) =>
    Float64Array.from({ length: shapes }, (_, m) => {
      const at = shapeModes / 4 + 9 * s * shapes + m;
      return 100 * toward.reduce((sum, r, k) => sum + r * heap.numbers[at + k * shapes], 0);
    }),
  );
  const mean = new Float64Array(shapes).map(
    (_, m) => slopes.reduce((sum, g) => sum + g[m], 0) / slopes.length,
  );
  let sum = 0;
  for (const g of slopes) {
    for (let row = pose + poseCount; row < n; row++) {
      let value = 0;
      for (let m = 0, from = row * n + pose + poseCount; m <= row - pose - poseCount; m++) {
        value += inverse[from + m] * (g[m] - mean[m]);
      }
      sum += value * value;
    }
  }
  return Math.sqrt(sum / slopes.length);
}
