import assert from "node:assert/strict";
import { neutralCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { beliefWeight, type NormalBelief, withBelief } from "./coefficient-belief.js";
import { type LeastSquaresProblem, minimiseLeastSquares } from "./gauss-newton.js";
import { photometricParameters, poseStart } from "./photometric-problem.js";

const close = (a: number, b: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(a - b) < tolerance, `${a} and ${b}`);

describe("face/fitting/coefficient-belief", () => {
  let data: MorphableModelData;
  const n = 257;
  before(async () => {
    data = await loadEmbeddedModel();
  });

  /** Says nothing: only the priors are left. */
  const silent = (): LeastSquaresProblem => ({
    mean: new Float64Array(n),
    precision: new Float64Array(n).fill(1),
    rate: new Float64Array(n).fill(0.5),
    lower: new Float64Array(n).fill(-10),
    upper: new Float64Array(n).fill(10),
    cost: () => 0,
    normalEquations: (_, active) => ({
      normal: new Float64Array(active * active),
      right: new Float64Array(active),
    }),
    prepare() {},
  });

  const albedo: NormalBelief = {
    mean: Float32Array.from({ length: 80 }, (_, i) => Math.sin(i)),
    deviation: new Float32Array(80).fill(0.5),
  };

  it("weighs by 1 / (1 + d² / 0.3): 1 at its mean, 3/13 one deviation off", () => {
    const off = (by: number) => albedo.mean.map((value) => value + 0.5 * by);
    close(beliefWeight(albedo, off(0)), 1);
    close(beliefWeight(albedo, off(1)), 3 / 13);
    close(beliefWeight(albedo, off(3)), 1 / 31);
  });

  it("takes the prior's place where the face is as believed, and leaves other parts alone", () => {
    const face = neutralCoefficients({ albedo: albedo.mean });
    const problem = silent();
    const pooled = withBelief(problem, { albedo }, face);
    const pose = poseStart(data);
    for (let i = 0; i < n; i++) {
      const believed = i >= 27 && i < pose;
      close(pooled.mean[i], believed ? albedo.mean[i - 27] : 0);
      close(pooled.precision[i], believed ? 4 : 1);
      close(pooled.rate[i], believed ? 0 : 0.5);
    }
    for (const name of ["mean", "precision", "rate"] as const) {
      assert.deepEqual(problem[name], silent()[name], "the problem is as it was");
    }
    assert.deepEqual(withBelief(problem, {}, face).precision, problem.precision);
  });

  it("adds precisions by weight: (1 − w) 1 + w 4, and the mean where the two pull alike", () => {
    const face = neutralCoefficients({ albedo: albedo.mean.map((value) => value + 0.5) });
    const pooled = withBelief(silent(), { albedo }, face);
    close(pooled.precision[27], 10 / 13 + 12 / 13);
    close(pooled.mean[29], ((12 / 13) * Math.sin(2)) / (10 / 13 + 12 / 13));
    close(pooled.rate[27], (10 / 13) * 0.5);
  });

  it("ends at the belief where nothing else speaks", () => {
    const face = neutralCoefficients({ albedo: albedo.mean });
    const pooled = withBelief(silent(), { albedo }, face);
    const start = photometricParameters(neutralCoefficients());
    const found = minimiseLeastSquares(pooled, start, { iterations: 30 });
    for (let i = 0; i < 80; i++) close(found[27 + i], albedo.mean[i], 1e-2);
    // Beside it, ½ p² + rate p is least at −rate.
    close(found[0], -0.5, 1e-2);
  });
});
