import assert from "node:assert/strict";
import { createRandom, directionalLight, rotateLight, rotationMatrix, shadingAt } from "rerenderable";
import { ambientLight } from "rerenderable/graphics";
import { balanced, lightSamples, mirrorLight, withMeanOne } from "./light-samples.js";
import { lightStatistics } from "./light-statistics.js";

const orange = ambientLight([0.6, 0.3, 0.15]);
const side = directionalLight([1, 0, 0], [1, 1, 1]);

describe("scripts/bake/lights", () => {
  it("mirrors a light: what came from the right comes from the left", () => {
    assert.deepEqual(
      mirrorLight(side).map((value) => value + 0),
      directionalLight([-1, 0, 0], [1, 1, 1]).map((value) => value + 0),
    );
    const turned = rotateLight(side, rotationMatrix([0, 0.4, 0.2]));
    const [lit, mirrored] = [
      shadingAt(turned, [0.6, 0, 0.8]),
      shadingAt(mirrorLight(turned), [-0.6, 0, 0.8]),
    ];
    assert.ok(Math.abs(lit[0] - mirrored[0]) < 1e-12);
  });

  it("balances white: not at all, wholly, and by halves geometrically", () => {
    const ratio = (light: readonly number[]) => light[0] / light[18];
    assert.ok(Math.abs(ratio(balanced(orange, 0)) - 4) < 1e-12);
    assert.ok(Math.abs(ratio(balanced(orange, 0.5)) - 2) < 1e-12);
    assert.ok(Math.abs(ratio(balanced(orange, 1)) - 1) < 1e-12);
  });

  it("makes 4 lights a map and turn, all of mean 1, the same from the same seed; a dark light is refused", () => {
    const samples = lightSamples([side, orange], createRandom(1));
    assert.equal(samples.length, 2 * 72 * 4);
    for (const light of samples) {
      assert.ok(Math.abs(withMeanOne(light)[0] - light[0]) < 1e-12);
    }
    assert.deepEqual(samples, lightSamples([side, orange], createRandom(1)));
    assert.throws(() => withMeanOne(ambientLight([0, 0, 0])), /mean above 0 but has 0/);
  });

  it("finds the one direction in which lights differ, with its deviation", () => {
    const lights = [-1, 1].map((sign) => side.map((value, i) => value + (i === 4 ? sign * 0.5 : 0)));
    const { mean, sigmas, modes } = lightStatistics(lights);
    assert.ok(mean.every((value, i) => Math.abs(value - side[i]) < 1e-12));
    assert.ok(Math.abs(sigmas[0] - 0.5) < 1e-9 && sigmas[1] < 1e-6);
    assert.ok(Math.abs(modes[0][4] - 1) < 1e-9);
  });
});
