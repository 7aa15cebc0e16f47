import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { directionalLight } from "../../graphics/scene/light.js";
import { ambientWhite } from "../../graphics/scene/spherical-harmonics.js";
import { quantile, spreadOf } from "./spread.js";
import { albedoError, correlation, depthError, lightError } from "./truth-errors.js";

const close = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
const random = createRandom(4);
const uniform = (count: number) => Array.from({ length: count }, () => 0.1 + 0.8 * random.uniform());

describe("face/metrics/spread", () => {
  it("has the middle, the bad end and the worst, whichever side is bad", () => {
    const values = Array.from({ length: 101 }, (_, i) => i);
    assert.deepEqual(spreadOf(values), { count: 101, mean: 50, median: 50, ninetyFifth: 95, worst: 100 });
    assert.deepEqual(spreadOf(values, "smaller"), {
      count: 101,
      mean: 50,
      median: 50,
      ninetyFifth: 5,
      worst: 0,
    });
  });

  it("lies between two values in proportion, and is NaN of none", () => {
    close(quantile([1, 2, 4], 0.75), 3);
    assert.ok(Number.isNaN(spreadOf([]).median));
  });
});

describe("face/metrics/truth-errors", () => {
  it("albedo: a root mean square over the mask, by hand", () => {
    const { raw, scaled } = albedoError([0.5, 0.5, 0.5, 0, 0, 0], [0.4, 0.5, 0.7, 1, 1, 1], [1, 0]);
    close(raw, Math.sqrt((0.01 + 0.04) / 3));
    close(scaled, 0); // one texel: a factor a colour explains it
    assert.ok(Number.isNaN(albedoError([1, 1, 1], [1, 1, 1], [0]).raw));
  });

  it("albedo: what a coloured light explains is no error once scaled", () => {
    const truth = uniform(300);
    const tinted = truth.map((value, i) => value * [0.7, 1.1, 1.3][i % 3]);
    const { raw, scaled } = albedoError(tinted, truth, new Array(100).fill(1));
    assert.ok(raw > 0.05);
    close(scaled, 0, 1e-12);
  });

  it("light: 0 for itself, a fifth where it is a fifth brighter, which scaling takes out", () => {
    const light = directionalLight([0.5, 0.3, 0.8], [0.6, 0.5, 0.4]).map((v, i) => v + 0.5 * ambientWhite[i]);
    close(lightError(light, light).raw, 0);
    const brighter = light.map((value) => 1.2 * value);
    close(lightError(brighter, light).raw, 0.2, 1e-12);
    close(lightError(brighter, light).scaled, 0, 1e-12);
    const mirrored = directionalLight([-0.5, 0.3, 0.8], [0.6, 0.5, 0.4]).map(
      (v, i) => v + 0.5 * ambientWhite[i],
    );
    assert.ok(lightError(mirrored, light).scaled > 0.2);
    assert.throws(() => lightError([1], light), /should have 27 numbers but have 1 and 27/);
  });

  it("depth: millimetres, the median difference taken out, only where both are seen", () => {
    const truth = [10, 10, 10, 10, 0];
    const found = [10.01, 10.01, 10.03, 0, 9];
    const { raw, aligned } = depthError(found, truth, [1, 1, 1, 1, 1]);
    close(raw, 5 / 3, 1e-6);
    close(aligned, 2 / 3, 1e-6);
  });

  it("correlation: 1, −1, and near 0 of what has nothing to do with each other", () => {
    close(correlation([1, 2, 3], [2, 4, 6]), 1);
    close(correlation([1, 2, 3], [6, 4, 2]), -1);
    assert.ok(Math.abs(correlation(uniform(2000), uniform(2000))) < 0.1);
  });
});
