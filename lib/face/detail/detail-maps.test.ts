import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { detailMaps, outputGradients } from "./detail-maps.js";

const [albedoShape, lightShape] = [
  [2, 2, 2, 3],
  [2, 2, 2, 27],
];
const uniform = (count: number, seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.uniform());
};
const prior = { albedo: uniform(24, 1), light: createRandom(2).normalArray(54) };
const outputs = (albedo: Float32Array, light: Float32Array) => ({
  albedo: { shape: albedoShape, values: albedo },
  light: { shape: lightShape, values: light },
});

describe("face/detail/detail-maps", () => {
  it("takes the outputs as they are, as the paper does", () => {
    const out = outputs(uniform(24, 3), createRandom(4).normalArray(216));
    const maps = detailMaps(out, prior, "direct");
    assert.deepEqual(maps.albedo.values, out.albedo.values);
    assert.deepEqual(maps.light.values, out.light.values);
  });

  it("are prior albedo and coarse light where the outputs say nothing", () => {
    const maps = detailMaps(outputs(new Float32Array(24).fill(0.5), new Float32Array(216)), prior, "prior");
    prior.albedo.forEach((a, i) => {
      const wanted = Math.min(Math.max(a, 0.01), 0.99);
      assert.ok(Math.abs(maps.albedo.values[i] - wanted) < 1e-6);
    });
    assert.equal(maps.light.values[27 * 3 + 5], prior.light[5]);
    assert.equal(maps.light.values[27 * 6 + 5], prior.light[27 + 5]);
  });

  it("multiply the coarse light by the gain of each texel and colour", () => {
    const gain = uniform(24, 7);
    const { light } = detailMaps(
      outputs(new Float32Array(24).fill(0.5), new Float32Array(216).fill(0.25)),
      { ...prior, gain },
      "texture",
    );
    // The second face, its third texel, green, the fifth band.
    const wanted = 0.25 + gain[3 * (4 + 2) + 1] * prior.light[27 + 9 + 4];
    assert.ok(Math.abs(light.values[27 * (4 + 2) + 9 + 4] - wanted) < 1e-6);
  });

  it("add logits: 2/3 doubles the odds of the prior", () => {
    const { albedo } = detailMaps(
      outputs(new Float32Array(24).fill(2 / 3), new Float32Array(216)),
      { ...prior, albedo: new Float32Array(24).fill(0.5) },
      "prior",
    );
    assert.ok(Math.abs(albedo.values[7] - 2 / 3) < 1e-6);
  });

  for (const base of ["direct", "prior"] as const) {
    it(`have gradients that agree with central differences, ${base}`, () => {
      const [s, l] = [uniform(24, 3).map((x) => 0.1 + 0.8 * x), createRandom(4).normalArray(216)];
      const [dA, dL] = [createRandom(5).normalArray(24), createRandom(6).normalArray(216)];
      const loss = (albedo: Float32Array, light: Float32Array) => {
        const maps = detailMaps(outputs(albedo, light), prior, base);
        const sum = (values: Float32Array, weights: Float32Array) =>
          values.reduce((total, value, i) => total + value * weights[i], 0);
        return sum(maps.albedo.values, dA) + sum(maps.light.values, dL);
      };
      const back = outputGradients(outputs(s, l), prior, base, {
        albedo: { shape: albedoShape, values: dA },
        light: { shape: lightShape, values: dL },
      });
      const moved = (values: Float32Array, i: number, by: number) =>
        values.map((value, j) => (i === j ? value + by : value));
      for (const i of [0, 5, 11, 23]) {
        const slope = (loss(moved(s, i, 1e-3), l) - loss(moved(s, i, -1e-3), l)) / 2e-3;
        assert.ok(Math.abs(slope - back.albedo.values[i]) < 0.02 * Math.max(1, Math.abs(slope)), `${i}`);
      }
      const slope = (loss(s, moved(l, 40, 1e-2)) - loss(s, moved(l, 40, -1e-2))) / 2e-2;
      assert.ok(Math.abs(slope - back.light.values[40]) < 1e-3);
    });
  }
});
