import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { type GaussianLight, gaussianLight, sampleLight } from "../../graphics/scene/light-prior.js";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { mapOf, numberOf } from "../../testing/map-fixture.js";
import { lightPriorLoss } from "./light-prior-loss.js";

/** Independent numbers of mean 0.5 and deviation 0.1, but the first, of deviation 0.2. */
const simple: GaussianLight = {
  mean: new Float64Array(27).fill(0.5),
  precision: Float64Array.from({ length: 27 * 27 }, (_, i) => (i % 28 === 0 ? (i === 0 ? 25 : 100) : 0)),
};

describeOnEachEngine("light prior loss", () => {
  it("is 1/27 (L − μ)ᵀ Σ⁻¹ (L − μ), averaged over the mask", () => {
    tf.tidy(() => {
      const light = mapOf([1, 2, 2, 27], (x, _y, i) => (x === 0 && i < 2 ? 0.7 : 0.5));
      assertClose([numberOf(lightPriorLoss(light, simple))], [(1 + 4) / 27 / 2]);
      const left = mapOf([1, 2, 2, 1], (x) => 1 - x);
      assertClose([numberOf(lightPriorLoss(light, simple, left))], [(1 + 4) / 27]);
    });
  });

  it("is the quadratic form of the prior of real lights, off its axes too", () => {
    tf.tidy(() => {
      const prior = gaussianLight();
      const light = sampleLight(5);
      const d = light.map((value, i) => value - prior.mean[i]);
      const expected = d.reduce(
        (sum, di, i) => sum + d.reduce((s, dj, j) => s + di * prior.precision[27 * i + j] * dj, 0),
        0,
      );
      const value = numberOf(lightPriorLoss(tf.tensor2d(light, [1, 27]), prior));
      assert.ok(Math.abs(value / (expected / 27) - 1) < 1e-3, `${value}, not ${expected / 27}`);
    });
  });

  it("is about 1 for lights of the prior itself, more for a green one, 0 with no gradient at the mean", () => {
    tf.tidy(() => {
      const prior = gaussianLight();
      const lights = Array.from({ length: 50 }, (_, seed) => sampleLight(seed));
      const average = numberOf(lightPriorLoss(tf.tensor2d(lights.flat(), [50, 27]), prior));
      assert.ok(average > 0.2 && average < 1.5, `${average}`);
      const green = Array.from(prior.mean, (value, i) => (Math.floor(i / 9) === 1 ? 2 * value : value));
      assert.ok(numberOf(lightPriorLoss(tf.tensor2d(green, [1, 27]), prior)) > 5 * average);
      const f = (x: tf.Tensor) => lightPriorLoss(x as tf.Tensor2D, prior);
      const { value, grad } = tf.valueAndGrad(f)(tf.tensor2d(Array.from(prior.mean), [1, 27]));
      assertClose([numberOf(value), ...grad.dataSync()], new Float32Array(28), 1e-4);
    });
  });

  it("names a wrong shape and a precision that is none", () => {
    tf.tidy(() => {
      assert.throws(
        () => lightPriorLoss(tf.ones<tf.Rank.R4>([2, 3, 3, 9]), simple),
        /^Error: lightPriorLoss: `light` should have shape \[B, U, U, 27\] but has \[2,3,3,9\]\.$/,
      );
      const flat = { ...simple, precision: new Float64Array(27 * 27) };
      assert.throws(
        () => lightPriorLoss(tf.ones<tf.Rank.R2>([1, 27]), flat),
        /^Error: lightPriorLoss: `prior.precision` should be positive but is not, in row 0\.$/,
      );
    });
  });
});
