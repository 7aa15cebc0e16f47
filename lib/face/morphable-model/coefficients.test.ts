import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { ambientWhite } from "../../graphics/scene/spherical-harmonics.js";
import {
  coefficientCount,
  coefficientNames,
  coefficientSizes,
  flattenCoefficients,
  neutralCoefficients,
  splitCoefficients,
} from "./coefficients.js";

describe("face/morphable-model/coefficients", () => {
  it("has 257 numbers: identity 80, expression 64, albedo 80, angles 3, light 27, translation 3", () => {
    assert.equal(coefficientCount, 257);
    assert.deepEqual(coefficientNames, [
      "identity",
      "expression",
      "albedo",
      "angles",
      "light",
      "translation",
    ]);
    assert.deepEqual(
      coefficientNames.map((name) => coefficientSizes[name]),
      [80, 64, 80, 3, 27, 3],
    );
  });

  it("splits in that order: number i of the vector is number i of the parts in a row", () => {
    const named = splitCoefficients(Array.from({ length: 257 }, (_, i) => i));
    assert.deepEqual(
      coefficientNames.map((name) => [named[name][0], named[name].at(-1)]),
      [
        [0, 79],
        [80, 143],
        [144, 223],
        [224, 226],
        [227, 253],
        [254, 256],
      ],
    );
  });

  it("flattens back to the same vector, and copies", () => {
    const flat = createRandom(1).normalArray(257);
    const named = splitCoefficients(flat);
    assert.deepEqual(flattenCoefficients(named), flat);
    named.identity[0] = 42;
    assert.notEqual(flat[0], 42);
  });

  it("says how many numbers it wants and has", () => {
    for (const length of [0, 256, 258]) {
      assert.throws(() => splitCoefficients(new Float32Array(length)), {
        message: `splitCoefficients: \`flat\` should have 257 numbers but has ${length}.`,
      });
    }
  });

  it("has a neutral face: zeros under the light that shows the albedo, with given parts instead", () => {
    const { light, ...rest } = neutralCoefficients();
    assert.deepEqual(light, Float32Array.from(ambientWhite));
    for (const part of Object.values(rest)) assert.ok(part.every((value) => value === 0));
    const turned = neutralCoefficients({ angles: Float32Array.of(0, 1, 0) });
    assert.deepEqual(turned, { ...neutralCoefficients(), angles: Float32Array.of(0, 1, 0) });
  });
});
