/** The affine map between the regressor's outputs and coefficients. */
import assert from "node:assert/strict";
import { seenBrightness } from "../../graphics/scene/light-prior.js";
import { blendshapePrior, normalPrior } from "../morphable-model/coefficient-priors.js";
import { splitRegressed } from "./coefficient-regressor.js";
import { partStart, regressorUnits, toCoefficients, toOutputGradient } from "./regressor-units.js";

const units = regressorUnits({
  identityPrior: normalPrior(80),
  expressionPrior: blendshapePrior(64),
  albedoPrior: { ...normalPrior(80), spread: new Float32Array(80).fill(0.25) },
});

describe("face/models/regressor-units", () => {
  it("starts each part of the 257 numbers where Deep3D has it", () => {
    assert.deepEqual(partStart, {
      identity: 0,
      expression: 80,
      albedo: 144,
      angles: 224,
      light: 227,
      translation: 254,
    });
  });

  it("takes 0 for the mean face under the prior's mean light, and 1 for one deviation", () => {
    const [mean, one] = splitRegressed(
      Float32Array.from({ length: 514 }, (_, i) => Number(i >= 257)),
      units,
    );
    for (const part of [mean.identity, mean.expression, mean.albedo, mean.angles]) {
      assert.ok(part.every((value) => value === 0));
    }
    const bright = seenBrightness([...mean.light]);
    assert.ok(bright > 0.6 && bright < 1, `${bright}`);
    assert.ok(one.identity.every((value) => value === 1));
    assert.ok(one.expression.every((value) => Math.abs(value - 0.1) < 1e-6));
    assert.ok(one.albedo.every((value) => value === 0.25));
  });

  it("holds coefficients within the bounds of their priors", () => {
    const [low, high] = [-1000, 1000].map(
      (value) => splitRegressed(new Float32Array(257).fill(value), units)[0],
    );
    assert.ok(low.expression.every((value) => value === 0) && high.expression.every((value) => value === 1));
    assert.ok(low.identity.every((value) => value === -3) && high.identity.every((value) => value === 3));
  });

  it("comes back from coefficients to outputs", () => {
    const outputs = Float32Array.from({ length: 257 }, (_, i) => (i % 5) / 5);
    toCoefficients(units, outputs).forEach((value, k) => {
      assert.ok(Math.abs((value - units.middle[k]) / units.unit[k] - outputs[k]) < 1e-5);
    });
  });

  it("lets a coefficient that is held at a bound come back, and go no further", () => {
    const outputs = new Float32Array(257);
    outputs.fill(-4, 80, 82); // two movements below none
    const gradient = new Float32Array(257);
    [gradient[80], gradient[81], gradient[82]] = [2, -2, 2];
    const onOutputs = toOutputGradient(units, outputs, gradient);
    assert.deepEqual(
      [...onOutputs.subarray(80, 83)].map((value) => Math.round(value * 1e6) / 1e6),
      [0, -0.2, 0.2],
    );
  });
});
