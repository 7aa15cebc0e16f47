import assert from "node:assert/strict";
import type { Point } from "../../base/image/rgb-image.js";
import { neutralCoefficients } from "../morphable-model/coefficients.js";
import { type FitMeasures, judgeFit, qualityLimits } from "./fit-quality.js";

describe("face/fitting/fit-quality", () => {
  const coefficients = neutralCoefficients();
  const points = Array.from({ length: 68 }, (_, j): Point => [j, 2 * j]);
  const full = { width: 2, height: 2, data: Float32Array.of(1, 1, 1, 1) };
  const good: FitMeasures = {
    coefficients,
    points,
    projected: points,
    size: 224,
    mask: full,
    projectedMask: full,
    residual: 0.05,
    uncertainty: { sigma: coefficients, depthSigma: 2 },
  };

  it("calls a fit good that nothing speaks against", () => {
    assert.deepEqual(judgeFit(good), { verdict: "good", reasons: [] });
  });

  it("names each limit that is passed, in one line", () => {
    const cases: [Partial<FitMeasures>, RegExp][] = [
      [{ residual: 0.12 }, /^The face explains the picture to 0\.12 only\.$/],
      [
        { mask: { ...full, data: Float32Array.of(1, 0, 0, 1) } },
        /^Only 50 % of the face are taken for bare skin\.$/,
      ],
      [
        { coefficients: { ...coefficients, angles: Float32Array.of(0, -0.87, 0) } },
        /turned by 50°: its far side/,
      ],
      [{ projected: points.map(([x, y]): Point => [x + 3, y]) }, /misses its landmarks by 3\.0 px/],
      [{ projected: points.map(([x, y]): Point => [x + 3, y]), size: 112 }, /by 6\.0 px/],
      [{ coefficients: { ...coefficients, identity: new Float32Array(80).fill(1.5) } }, /rms identity 1\.50/],
      [
        { coefficients: { ...coefficients, light: coefficients.light.map((v) => 2 * v) } },
        /light is unusual/,
      ],
      [{ uncertainty: { sigma: coefficients, depthSigma: Number.NaN } }, /not determined/],
    ];
    for (const [change, expected] of cases) {
      const { verdict, reasons } = judgeFit({ ...good, ...change });
      assert.equal(verdict, "doubtful");
      assert.equal(reasons.length, 1);
      assert.match(reasons[0], expected);
    }
    assert.equal(judgeFit({ ...good, residual: qualityLimits.residual }).verdict, "good");
  });
});
