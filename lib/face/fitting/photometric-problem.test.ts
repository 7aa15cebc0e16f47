import assert from "node:assert/strict";
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { defaultCamera } from "../../graphics/scene/camera.js";
import { namedLights } from "../../graphics/scene/named-lights.js";
import { type Coefficients, neutralCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { lightOfPhotos } from "./fit-appearance.js";
import { landmarkProblem } from "./landmark-problem.js";
import {
  type PhotometricProblem,
  photometricCoefficients,
  photometricParameters,
  photometricProblem,
  poseStart,
} from "./photometric-problem.js";
import { photometricNoise } from "./photometric-view.js";
import { makeSamples, type SurfaceSamples, sampleCount } from "./surface-samples.js";

/** A smooth picture, linear between its pixels: its slope jumps nowhere by much. */
function smoothPicture(size: number): RgbImage {
  const data = new Float32Array(size * size * 3);
  for (let p = 0; p < size * size; p++) {
    const [x, y] = [(p % size) / size, Math.floor(p / size) / size];
    for (let c = 0; c < 3; c++) data[3 * p + c] = 0.5 + 0.2 * Math.sin(4 * x + c) * Math.cos(3 * y - c);
  }
  return { width: size, height: size, data };
}

describe("face/fitting/photometric-problem", () => {
  let data: MorphableModelData;
  let compiled: SurfaceSamples;
  let plain: SurfaceSamples;
  let face: Coefficients;

  before(async () => {
    data = await loadEmbeddedModel();
    [compiled, plain] = [makeSamples(data), makeSamples(data, { compiled: false })];
    const random = createRandom(3);
    face = neutralCoefficients({
      identity: random.normalArray(80).map((v) => 0.5 * v),
      expression: Float32Array.from({ length: 64 }, () => 0.1 * random.uniform()),
      albedo: random.normalArray(80).map((v) => 0.3 * v),
      angles: Float32Array.of(0.05, 0.2, -0.04),
      translation: Float32Array.of(0.03, -0.02, 0.1),
      light: Float32Array.from(namedLights.studio),
    });
  });

  function problem(
    samples: SurfaceSamples,
    every = 40,
    robustness: number = photometricNoise.robustness,
  ): PhotometricProblem {
    const target = Array.from(
      { length: 68 },
      (_, j): Point => [112 + 40 * Math.sin(j), 112 + 40 * Math.cos(j)],
    );
    const sigmas = target.map(() => 1e4); // silent, but there
    return photometricProblem(data, {
      ...photometricNoise,
      robustness,
      image: smoothPicture(224),
      camera: defaultCamera,
      samples,
      weights: Float64Array.from({ length: sampleCount }, (_, s) => (s % every ? 0 : 1)),
      landmarks: landmarkProblem(data, defaultCamera, target, { sigmas, robustness: 2.5 }),
      lightPrior: lightOfPhotos,
    });
  }

  it("carries the coefficients there and back", () => {
    const back = photometricCoefficients(data, photometricParameters(face));
    for (const [name, values] of Object.entries(face)) {
      assert.deepEqual(back[name as keyof Coefficients], values, name);
    }
  });

  // Without robust weights, as those are held fixed in JᵀJ and only the gradient counts them fully.
  it("has the gradient of its cost: −right against (f(x + h) − f(x − h)) / 4h, to 2 % in each part", () => {
    const p = photometricParameters(face);
    const asked = problem(compiled);
    asked.prepare(p);
    const { right } = asked.normalEquations(p, p.length);
    const pose = poseStart(data);
    const parts = { light: [0, 27], albedo: [27, pose], angles: [pose, pose + 3], translation: [pose + 3, pose + 6], identity: [pose + 6, pose + 86], expression: [pose + 86, pose + 150] }; // biome-ignore format: a table
    const steps = {
      light: 1e-2,
      albedo: 2e-2,
      angles: 3e-4,
      translation: 3e-4,
      identity: 2e-2,
      expression: 5e-3,
    };
    const random = createRandom(8);
    const errors: string[] = [];
    for (const [name, [from, to]] of Object.entries(parts)) {
      let [difference, whole] = [0, 0];
      for (let d = 0; d < 6; d++) {
        const direction = new Float64Array(p.length);
        for (let a = from; a < to; a++) direction[a] = random.normal();
        const length = Math.hypot(...direction);
        const h = steps[name as keyof typeof steps];
        const at = (sign: number) => asked.cost(p.map((v, a) => v + (sign * h * direction[a]) / length));
        const numeric = (at(1) - at(-1)) / (4 * h);
        const analytic = -direction.reduce((sum, v, a) => sum + (v * right[a]) / length, 0);
        difference += (numeric - analytic) ** 2;
        whole += analytic ** 2;
      }
      const error = Math.sqrt(difference / whole);
      errors.push(`${name} ${(100 * error).toFixed(2)} %`);
      assert.ok(error < 0.02, errors.join(", "));
    }
    console.log(`      relative error: ${errors.join(", ")}`);
  });

  it("has JᵀJ as its second derivative where the residuals are 0 and the weights flat: along light and albedo", () => {
    const p = photometricParameters(face);
    const asked = problem(compiled, 40, 1e6);
    asked.prepare(p);
    const { normal, right } = asked.normalEquations(p, p.length);
    const n = p.length;
    const random = createRandom(9);
    for (const [from, to] of [
      [0, 27],
      [27, poseStart(data)],
    ]) {
      const d = new Float64Array(n);
      for (let a = from; a < to; a++) d[a] = random.normal();
      // The cost is a square in either: f(x + d) = f(x) + 2 g·d + dᵀ N d.
      let [square, slope] = [0, 0];
      for (let a = 0; a < n; a++) {
        slope -= 2 * right[a] * d[a];
        for (let b = 0; b <= a; b++) square += (a === b ? 1 : 2) * d[a] * d[b] * normal[a * n + b];
      }
      const moved = asked.cost(p.map((v, a) => v + d[a])) - asked.cost(p.slice());
      assert.ok(Math.abs(moved - slope - square) < 2e-3 * Math.abs(square), `${moved} and ${slope + square}`);
    }
  });

  it("is the same by the compiled loops and by the plain ones, to single precision", () => {
    const p = photometricParameters(face);
    const [fast, slow] = [compiled, plain].map((samples) => {
      const asked = problem(samples, 10);
      asked.prepare(p);
      return { cost: asked.cost(p), ...asked.normalEquations(p, p.length) };
    });
    assert.ok(Math.abs(fast.cost / slow.cost - 1) < 1e-5, `${fast.cost} and ${slow.cost}`);
    for (const name of ["normal", "right"] as const) {
      const largest = slow[name].reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      fast[name].forEach((v, i) => {
        assert.ok(Math.abs(v - slow[name][i]) < 2e-5 * largest, `${name} ${i}: ${v} and ${slow[name][i]}`);
      });
    }
  });

  it("gives for light and albedo alone the upper left of the whole, and the same bits twice", () => {
    const p = photometricParameters(face);
    const asked = problem(compiled, 10);
    asked.prepare(p);
    const [part, whole] = [poseStart(data), p.length].map((active) => asked.normalEquations(p, active));
    const n = part.right.length;
    for (let a = 0; a < n; a++) {
      for (let b = 0; b <= a; b++) assert.equal(part.normal[a * n + b], whole.normal[a * p.length + b]);
    }
    assert.deepEqual(asked.normalEquations(p, p.length), whole);
  });
});
