import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import {
  albedoSpread,
  brightnessSymmetryError,
  meanTypologyAngle,
  shadingLeakage,
} from "./disentanglement.js";

const grey = (values: readonly number[]) => Float32Array.from(values.flatMap((v) => [v, v, v]));
const near = (found: number, expected: number, within = 1e-4) =>
  assert.ok(Math.abs(found - expected) < within, `${found} should be ${expected}`);

const side = 32;
const random = createRandom(3);
const albedo = grey(Array.from({ length: side * side }, () => 0.3 + 0.4 * random.uniform()));
const everywhere = new Float32Array(side * side).fill(1);
/** Brighter to the right. */
const slope = Array.from({ length: side * side }, (_, p) => 0.5 + (p % side) / side);

describe("face/metrics/disentanglement", () => {
  it("gives a map that is its own mirror image no brightness symmetry error, and one half in shadow its contrast", () => {
    const mirrored = albedo.map((value, i) => {
      const [p, c] = [Math.floor(i / 3), i % 3];
      return (value + albedo[3 * (p - 2 * (p % side) + side - 1) + c]) / 2;
    });
    near(brightnessSymmetryError(mirrored, everywhere, side), 0, 1e-6);
    const halves = grey(slope.map((_, p) => (p % side < side / 2 ? 0.4 : 0.6)));
    const outer = everywhere.map((_, p) => Number(p % side < 4 || p % side >= side - 4));
    near(brightnessSymmetryError(halves, outer, side), 0.2 / 0.5);
    assert.ok(Number.isNaN(brightnessSymmetryError(halves, everywhere.map(Number.isNaN as never), side)));
  });

  it("finds no shading in the true albedo, all of it in the picture, half in its root", () => {
    // Far above the floor of the logarithm.
    const truth = albedo.map((v) => 100 * v);
    const shading = grey(slope.map((v) => 100 * v));
    const lit = (power: number) => truth.map((v, i) => v * (shading[i] / 100) ** power);
    near(shadingLeakage(truth, truth, shading, everywhere), 0, 1e-6);
    near(shadingLeakage(lit(1), truth, shading, everywhere), 1, 2e-3);
    near(shadingLeakage(lit(0.5), truth, shading, everywhere), 0.5, 2e-3);
    near(shadingLeakage(lit(-0.5), truth, shading, everywhere), -0.5, 2e-3);
    near(
      shadingLeakage(
        lit(1).map((v) => 3 * v),
        truth,
        shading,
        everywhere,
      ),
      1,
      2e-3,
    );
    assert.ok(Number.isNaN(shadingLeakage(truth, truth, shading, new Float32Array(side * side))));
  });

  it("takes the typology angle of the mean colour under the mask", () => {
    const map = Float32Array.of(0.9, 0.75, 0.65, 0.1, 0.1, 0.1);
    const fair = meanTypologyAngle(map, [1, 0]);
    assert.ok(fair > 41 && fair < 90, `${fair}`);
    assert.ok(meanTypologyAngle(map, [1, 1]) < fair);
  });

  it("has as spread the deviation over pictures, by hand; a change of brightness is none", () => {
    // Of four texels, the last hidden in the second picture: 0.2 and 0.6 deviate by 0.2, 0.4 not at all.
    const seen = [
      [1, 1, 1, 1],
      [1, 1, 1, 0],
    ];
    const spread = (one: number[], other: number[]) =>
      albedoSpread([grey(one), grey(other)], seen, [1, 1, 1, 1]);
    near(spread([0.2, 0.4, 0.6, 0.9], [0.6, 0.4, 0.2, 0.1]), Math.sqrt((2 * 0.2 ** 2) / 3), 1e-6);
    near(spread([0.3, 0.4, 0.5, 0.9], [0.6, 0.8, 1, 0.1]), 0, 1e-6);
  });
});
