import assert from "node:assert/strict";
import { denseEquations, type LeastSquaresProblem, minimiseLeastSquares } from "./gauss-newton.js";

/** One number, measured as 3 with precision 1. */
function measured(prior: Partial<LeastSquaresProblem>): LeastSquaresProblem {
  return {
    mean: Float64Array.of(0),
    precision: Float64Array.of(0),
    rate: Float64Array.of(0),
    lower: Float64Array.of(-100),
    upper: Float64Array.of(100),
    cost: ([x]) => (x - 3) ** 2,
    normalEquations: ([x]) => denseEquations(Float64Array.of(x - 3), Float64Array.of(1), 1),
    prepare() {},
    ...prior,
  };
}

function solve(prior: Partial<LeastSquaresProblem>, onStep?: (step: number, cost: number) => void): number {
  return minimiseLeastSquares(measured(prior), Float64Array.of(1), { iterations: 50, onStep })[0];
}

const close = (a: number, b: number, tolerance = 2e-3) =>
  assert.ok(Math.abs(a - b) < tolerance, `${a} and ${b}`);

describe("face/fitting/gauss-newton", () => {
  it("ends where measurement and normal prior pull alike: (3 + P mean) / (1 + P)", () => {
    for (const precision of [0.5, 1, 4]) {
      const found = solve({ mean: Float64Array.of(-2), precision: Float64Array.of(precision) });
      close(found, (3 - 2 * precision) / (1 + precision));
    }
  });

  it("ends at the mean where the prior is sure, at the measurement where it has no precision", () => {
    close(solve({ mean: Float64Array.of(-2), precision: Float64Array.of(1e9) }), -2);
    close(solve({ mean: Float64Array.of(-2) }), 3);
    assert.equal(solve({ mean: Float64Array.of(-2) }), solve({}), "a mean without precision is nothing");
  });

  it("has the exponential prior beside it: (x − 3)² + P (x − mean)² + 2 rate x", () => {
    const [mean, precision, rate] = [-2, 2, 0.3].map((value) => Float64Array.of(value));
    close(solve({ mean, precision, rate }), (3 - 4 - 0.3) / 3);
  });

  it("counts the cost from the mean", () => {
    const costs: number[] = [];
    solve({ mean: Float64Array.of(-2), precision: Float64Array.of(2) }, (_, cost) => costs.push(cost));
    assert.equal(costs[0], (1 - 3) ** 2 + 2 * (1 + 2) ** 2);
  });

  it("ends where the slope of cost and priors is 0, by central differences", () => {
    const priors = { mean: Float64Array.of(-2), precision: Float64Array.of(2), rate: Float64Array.of(0.3) };
    const found = solve(priors);
    const total = (x: number) => {
      let cost = Number.NaN;
      const onStep = (_: number, now: number) => {
        cost = now;
      };
      minimiseLeastSquares(measured(priors), Float64Array.of(x), { iterations: 1, onStep });
      return cost;
    };
    close((total(found + 1e-3) - total(found - 1e-3)) / 2e-3, 0, 1e-2);
    close((total(1 + 1e-3) - total(1 - 1e-3)) / 2e-3, 2 * (1 - 3) + 2 * 2 * (1 + 2) + 2 * 0.3, 1e-6);
  });

  it("stays within its bounds", () => {
    const bounded = { mean: Float64Array.of(-2), precision: Float64Array.of(1e9) };
    assert.equal(solve({ ...bounded, lower: Float64Array.of(0.5) }), 0.5);
  });
});
