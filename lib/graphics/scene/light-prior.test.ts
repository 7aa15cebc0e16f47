import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose } from "../../testing/each-engine.js";
import { ambientLight, type Light, rotateLight, shadingAt, type Vector } from "./light.js";
import { gaussianLight, lightPrior, negativeShare, sampleLight, seenBrightness } from "./light-prior.js";
import { environmentLightNames, environmentLights, namedLights } from "./named-lights.js";
import { rotationMatrix } from "./pose.js";
import { bandCount, shFactors } from "./spherical-harmonics.js";

const colours = ["linear", "srgb"] as const;
const oddInX = [3, 4, 7];
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
const meanShading = (light: Light) => ((light[0] + light[9] + light[18]) / 3) * shFactors.one;

describe("graphics/scene/light-prior", () => {
  for (const colour of colours) {
    const { mean, sigmas, modes } = lightPrior[colour];

    it(`has a mean of shading 1, components of length 1 at right angles, deviations that fall: ${colour}`, () => {
      assert.ok(Math.abs(meanShading(mean) - 1) < 2e-4);
      assert.deepEqual([mean.length, sigmas.length, modes.length], [27, 27, 27]);
      for (const [i, mode] of modes.entries()) {
        for (const [j, other] of modes.entries()) {
          assert.ok(Math.abs(dot(mode, other) - (i === j ? 1 : 0)) < 1e-3, `${i}, ${j}`);
        }
      }
      assert.deepEqual(
        [...sigmas].sort((a, b) => b - a),
        sigmas,
      );
      assert.equal(sigmas[26], 0, "the mean shading is fixed");
    });

    it(`knows no left from right: no component mixes what is odd in x with what is even: ${colour}`, () => {
      for (const i of oddInX) for (const c of [0, 9, 18]) assert.ok(Math.abs(mean[c + i]) < 2e-4);
      for (const mode of modes.filter((_, m) => sigmas[m] > 0.01)) {
        const odd = mode.reduce((sum, v, i) => sum + (oddInX.includes(i % bandCount) ? v * v : 0), 0);
        assert.ok(odd < 1e-3 || odd > 1 - 1e-3, `${odd}`);
      }
    });

    it(`is brighter from above than from below, and alike in front and behind: ${colour}`, () => {
      const [up, down, front, back] = [
        [0, 1, 0],
        [0, -1, 0],
        [0, 0, 1],
        [0, 0, -1],
      ].map((n) => shadingAt(mean, n as unknown as Vector)[1]);
      assert.ok(up > 1.3 * down && Math.abs(front - back) < 0.1, `${[up, down, front, back]}`);
    });
  }

  it("measures what a picture of a sphere shows, by the formula as by adding up its pixels", () => {
    const light = createRandom(3).normalArray(27);
    let [sum, count] = [0, 0];
    for (let x = -0.995; x < 1; x += 0.01) {
      for (let y = -0.995; y < 1; y += 0.01) {
        if (x * x + y * y >= 1) continue;
        sum += shadingAt([...light], [x, y, Math.sqrt(1 - x * x - y * y)]).reduce((s, v) => s + v / 3, 0);
        count++;
      }
    }
    assert.ok(Math.abs(sum / count - seenBrightness([...light])) < 5e-3);
    assert.ok(Math.abs(seenBrightness(ambientLight([0.2, 0.4, 0.6])) - 0.4) < 1e-12);
  });

  it("samples the same light from the same seed, at the exposure asked for, nowhere dark by the cut", () => {
    for (const colour of colours) {
      for (let seed = 0; seed < 40; seed++) {
        const light = sampleLight(seed, { colour, exposure: 0.7 });
        assert.deepEqual(light, sampleLight(seed, { colour, exposure: 0.7 }));
        assert.ok(Math.abs(seenBrightness(light) - 0.7) < 1e-9);
        assert.ok(negativeShare(light) <= 0.05);
      }
    }
    assert.notDeepEqual(sampleLight(1), sampleLight(2));
    const sides = Array.from({ length: 200 }, (_, seed) => sampleLight(seed)[9 + 3]);
    const fromRight = sides.filter((side) => side > 0).length;
    assert.ok(fromRight > 75 && fromRight < 125, `${fromRight} of 200 from the right`);
  });

  it("is a normal distribution whose open exposure is the mean's own direction", () => {
    const { mean, precision } = gaussianLight({ brightness: 0.9, brightnessSigma: 0.3 });
    assertClose(
      mean,
      lightPrior.srgb.mean.map((value) => 0.9 * value),
      1e-12,
    );
    const times = (v: ArrayLike<number>) =>
      Array.from({ length: 27 }, (_, i) => dot(precision.subarray(27 * i, 27 * i + 27), v));
    const cost = (v: Light) => dot(v, times(v));
    // One deviation brighter costs at most 1; one deviation along the first component about 1 as well.
    const brighter = cost(lightPrior.srgb.mean.map((value) => 0.3 * value));
    assert.ok(brighter > 0.5 && brighter <= 1, `${brighter}`);
    const first = cost(lightPrior.srgb.modes[0].map((value) => 0.9 * lightPrior.srgb.sigmas[0] * value));
    assert.ok(first > 0.3 && first < 1.01, `${first}`);
    for (let i = 0; i < 27; i++) {
      for (let j = 0; j < i; j++) assert.equal(precision[27 * i + j], precision[27 * j + i]);
    }
    // A green face is not to be explained by light.
    const green = ambientLight([0, 0.2, 0]);
    const grey = ambientLight([0.2 / 3, 0.2 / 3, 0.2 / 3]);
    assert.ok(cost(green) > 5 * cost(grey));
  });

  it("names a wrong exposure and a seed that is no whole number", () => {
    assert.throws(() => sampleLight(1, { exposure: 0 }), /sampleLight: `exposure`.* is 0/);
    assert.throws(() => sampleLight(0.5), /whole number/);
  });
});

describe("graphics/scene/named-lights: lights of real surroundings", () => {
  it("are eighteen, and leave the made-up ones as they were", () => {
    assert.equal(environmentLightNames.length, 18);
    assert.deepEqual(Object.keys(namedLights), ["ambient", "studio", "window", "sunset", "overhead"]);
  });

  for (const name of environmentLightNames) {
    const { linear, srgb } = environmentLights[name];

    it(`${name} lights the face from the viewer's right, as bright as a photo, nothing of it below 0`, () => {
      assert.ok(Math.abs(seenBrightness(linear) - 0.604) < 2e-3, `${seenBrightness(linear)}`);
      // A mean of encoded values is below the encoded mean, most where light and shade differ most.
      assert.ok(seenBrightness(srgb) < 0.81 && seenBrightness(srgb) > 0.73, `${seenBrightness(srgb)}`);
      assert.ok(negativeShare(linear) < 0.01 && negativeShare(srgb) === 0);
      const luminance = (band: number) =>
        dot(
          [0.2126, 0.7152, 0.0722],
          [0, 9, 18].map((c) => linear[c + band]),
        );
      assert.ok(Math.abs(Math.atan2(luminance(3), luminance(2)) - (40 * Math.PI) / 180) < 2e-3);
    });
  }

  it("turn and turn back to themselves, and half a turn puts the bright side behind", () => {
    const { linear } = environmentLights.forest;
    const there = rotationMatrix([0, 1.1, 0]);
    assertClose(rotateLight(rotateLight(linear, there), rotationMatrix([0, -1.1, 0])), linear, 1e-9);
    const behind = rotateLight(linear, rotationMatrix([0, Math.PI, 0]));
    assert.ok(shadingAt(behind, [0, 0, 1])[1] < shadingAt(linear, [0, 0, 1])[1]);
  });
});
