import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import type { Point } from "../base/image/rgb-image.js";
import { createRandom } from "../base/tensor/random.js";
import {
  type CoefficientTensors,
  coefficientTensors,
  poseFace,
  renderCoarse,
} from "../face/fitting/face-geometry.js";
import { projectedSkin } from "../face/models/face-mask.js";
import {
  type CoefficientName,
  type Coefficients,
  coefficientNames,
  coefficientSizes,
} from "../face/morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../face/morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../face/morphable-model/morphable-model.js";
import { defaultCamera, projectToImage } from "../graphics/scene/camera.js";
import { namedLights } from "../graphics/scene/named-lights.js";
import { fitByAdam, type PhotometricTarget, photometricLoss } from "./fit-by-adam.js";

const size = 128;

/** A face, `share` of the way from the mean face before the camera. */
function face(share: number, seed: number): Coefficients {
  const random = createRandom(seed);
  return {
    identity: random.normalArray(80).map((value) => 0.5 * share * value),
    expression: Float32Array.from({ length: 64 }, () => 0.15 * share * random.uniform()),
    albedo: random.normalArray(80).map((value) => 0.5 * share * value),
    angles: Float32Array.from([0.05, 0.12, -0.03], (value) => share * value),
    light: Float32Array.from(namedLights.studio, (value) => value + 0.05 * share * random.normal()),
    translation: Float32Array.from([0.02, -0.02, 0.05], (value) => share * value),
  };
}

describe("testing/fit-by-adam", () => {
  let model: MorphableModel;
  let truth: Coefficients;
  let target: PhotometricTarget;
  const start = face(1, 11);

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    truth = face(0.5, 12);
    const rendered = tf.tidy(() => {
      const { image, vertices } = renderCoarse(model, coefficientTensors([truth]), size);
      return { image, pixels: projectToImage(vertices, defaultCamera, size) };
    });
    const places = rendered.pixels.dataSync<"float32">();
    target = {
      image: rendered.image,
      mask: await interiorMask(model, start),
      points: Array.from(model.data.landmarks, (v): Point => [places[2 * v], places[2 * v + 1]]),
      vertices: model.data.landmarks,
    };
    rendered.pixels.dispose();
  });

  after(() => {
    tf.dispose([target.image, target.mask]);
    model.dispose();
  });

  /**
   * The derivative along random directions of length 1, against (f(x + h) − f(x − h)) / 2h. What limits the
   * accuracy:
   *
   * - Where the outline of one part of the face passes a pixel, the picture jumps, and the visibility has no
   *   gradient by design. Only skin pixels with no outline near them are asked (`interiorMask`).
   * - Inside, the picture is a faceted surface: continuous, but its slope changes where a triangle's edge
   *   passes a pixel. Triangles are about half a pixel here, so that only small steps stay on the facets.
   * - At small steps the loss's single precision drowns the difference. So the same loss is summed here in
   *   double precision from the rendered picture; the first assertion says that it is the same.
   */
  it("has the gradient of the picture term Σ log(1 + |R − I|² / 0.1²) / Σ 1 for every group, to 1 %", () => {
    const steps: Record<CoefficientName, number> = {
      identity: 1e-2,
      expression: 3e-3,
      albedo: 3e-2,
      angles: 1e-4,
      light: 1e-2,
      translation: 1e-4,
    };
    const weights = { picture: 1, landmarks: 0, prior: 0 };
    const at = coefficientTensors([start]);
    const [image, mask] = [target.image.dataSync<"float32">(), target.mask.dataSync<"float32">()];
    const exactLoss = (coefficients: CoefficientTensors) =>
      robustMean(pictureOf(model, coefficients), image, mask);
    const single = tf.tidy(() => photometricLoss(model, at, target, weights).dataSync()[0]);
    assert.ok(Math.abs(single - exactLoss(at)) < 1e-5 * single, `${single} and ${exactLoss(at)}`);

    const errors = gradientErrors(start, at, steps, exactLoss, (c) =>
      photometricLoss(model, c, target, weights),
    );
    tf.dispose(at);
    report("picture", errors);
    for (const [name, error] of Object.entries(errors)) assert.ok(error < 0.01, `${name}: ${error}`);
  });

  it("has the gradient of landmarks and priors for every group, to 1 %", () => {
    const steps = { identity: 0.3, expression: 0.1, albedo: 0.3, angles: 3e-2, light: 1, translation: 3e-2 };
    const weights = { picture: 0, landmarks: 0.02, prior: 0.08 };
    const at = coefficientTensors([start]);
    const loss = (coefficients: CoefficientTensors) =>
      tf.tidy(() => photometricLoss(model, coefficients, target, weights).dataSync()[0]);
    const { light, ...errors } = gradientErrors(start, at, steps, loss, (c) =>
      photometricLoss(model, c, target, weights),
    );
    tf.dispose(at);
    report("landmarks and priors", errors);
    assert.equal(light, 0, "no light in either term");
    for (const [name, error] of Object.entries(errors)) assert.ok(error < 0.01, `${name}: ${error}`);
  });

  it("is 0 in picture and landmarks at the truth, and has no picture gradient under an empty mask", () => {
    tf.tidy(() => {
      const weights = { picture: 1, landmarks: 1, prior: 0 };
      const coefficients = coefficientTensors([truth]);
      assert.ok(photometricLoss(model, coefficients, target, weights).dataSync()[0] < 1e-6);
      const unseen = { ...target, mask: tf.zerosLike(target.mask) };
      const gradients = tf.grads((...parts) =>
        photometricLoss(model, named(parts), unseen, { picture: 1, landmarks: 0, prior: 0 }),
      )(coefficientNames.map((name) => coefficients[name]));
      for (const gradient of gradients) assert.ok(gradient.dataSync<"float32">().every((g) => g === 0));
    });
  });

  it("lowers the loss, calls `onStep`, keeps the start as it was and the tensor count constant", async () => {
    const given = structuredClone(start);
    const losses: number[] = [];
    const counts: number[] = [];
    const before = tf.memory().numTensors;
    const refined = await fitByAdam(model, given, target, {
      steps: 12,
      onStep(step, loss) {
        assert.equal(step, losses.length);
        losses.push(loss);
        counts.push(tf.memory().numTensors);
      },
    });
    assert.equal(losses.length, 12);
    assert.ok(losses[11] < 0.8 * losses[0], `from ${losses[0]} to ${losses[11]}`);
    assert.deepEqual(given, start);
    assert.deepEqual(new Set(counts).size, 1, `tensors after each step: ${counts}`);
    assert.equal(tf.memory().numTensors, before);
    for (const name of coefficientNames) assert.notDeepEqual(refined[name], start[name], `${name} has moved`);
  });

  it("gives the same bits twice", async () => {
    const [first, second] = [
      await fitByAdam(model, start, target, { steps: 4 }),
      await fitByAdam(model, start, target, { steps: 4 }),
    ];
    assert.deepEqual(first, second);
  });

  it("changes nothing in no steps", async () => {
    assert.deepEqual(await fitByAdam(model, start, target, { steps: 0 }), start);
  });

  it("holds identity, expression and albedo within their bounds", async () => {
    const { identityPrior, expressionPrior, albedoPrior } = model.data;
    const atBounds: Coefficients = {
      ...start,
      identity: identityPrior.upper.slice(),
      expression: expressionPrior.upper.slice(),
      albedo: albedoPrior.lower.slice(),
    };
    const pulled = { ...target, points: target.points.map(([x, y]): Point => [1.2 * x, y - 10]) };
    const refined = await fitByAdam(model, atBounds, pulled, { steps: 4 });
    for (const [name, prior] of [
      ["identity", identityPrior],
      ["expression", expressionPrior],
      ["albedo", albedoPrior],
    ] as const) {
      const inside = refined[name].every((value, i) => value >= prior.lower[i] && value <= prior.upper[i]);
      assert.ok(inside, name);
    }
  });

  it("stops with the step when the loss is not a number", async () => {
    const broken = { ...start, translation: Float32Array.from([Number.NaN, 0, 0]) };
    await assert.rejects(
      fitByAdam(model, broken, target, { steps: 2 }),
      /fitByAdam: the loss is NaN at step 0/,
    );
  });
});

function named(parts: readonly tf.Tensor[]): CoefficientTensors {
  return Object.fromEntries(coefficientNames.map((name, i) => [name, parts[i]])) as CoefficientTensors;
}

/** Skin pixels without a rim of the skin or a vertex that is turned away within two pixels; [1, S, S, 1]. */
async function interiorMask(model: MorphableModel, coefficients: Coefficients): Promise<tf.Tensor4D> {
  const tensors = coefficientTensors([coefficients]);
  const { vertices, normals } = poseFace(model, tensors);
  const pixels = tf.tidy(() => projectToImage(vertices, defaultCamera, size));
  const { fragments, ...rendering } = renderCoarse(model, tensors, size);
  const skin = (await projectedSkin(fragments, model.data.skinTriangle)).data;
  const [places, at, normal] = [pixels, vertices, normals].map((tensor) => tensor.dataSync<"float32">());
  const outline = new Uint8Array(size * size);
  for (let v = 0; v < model.vertexCount; v++) {
    const toCamera = [-at[3 * v], -at[3 * v + 1], defaultCamera.distance - at[3 * v + 2]];
    const along = toCamera.reduce((sum, value, k) => sum + value * normal[3 * v + k], 0);
    if (along / Math.hypot(...toCamera) > 0.1) continue;
    const [x, y] = [Math.floor(places[2 * v]), Math.floor(places[2 * v + 1])];
    if (x >= 0 && x < size && y >= 0 && y < size) outline[y * size + x] = 1;
  }
  tf.dispose([tensors, vertices, normals, pixels, fragments, rendering]);
  const kept = skin.map((_, p) => {
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        const q = p + dy * size + dx;
        if (!skin[q] || outline[q]) return 0;
      }
    }
    return 1;
  });
  const count = kept.reduce((a, b) => a + b);
  assert.ok(count > 2000, `only ${count} pixels`);
  return tf.tensor4d(kept, [1, size, size, 1]);
}

function pictureOf(model: MorphableModel, coefficients: CoefficientTensors): Float32Array {
  return tf.tidy(() => renderCoarse(model, coefficients, size).image.dataSync<"float32">().slice());
}

function robustMean(picture: Float32Array, image: Float32Array, mask: Float32Array): number {
  let [sum, count] = [0, 0];
  for (let p = 0; p < mask.length; p++) {
    if (!mask[p]) continue;
    const square = [0, 1, 2].reduce((s, c) => s + (picture[3 * p + c] - image[3 * p + c]) ** 2, 0);
    sum += Math.log1p(square / 0.1 ** 2);
    count++;
  }
  return sum / count;
}

/** For each group `‖numeric − analytic‖ / ‖analytic‖` over eight random directions. */
function gradientErrors(
  start: Coefficients,
  at: CoefficientTensors,
  steps: Readonly<Record<CoefficientName, number>>,
  evaluate: (coefficients: CoefficientTensors) => number,
  loss: (coefficients: CoefficientTensors) => tf.Scalar,
): Record<CoefficientName, number> {
  const gradients = tf.tidy(() =>
    tf.grads((...parts) => loss(named(parts)))(coefficientNames.map((name) => at[name])),
  );
  const random = createRandom(5);
  const errors = coefficientNames.map((name, i): [CoefficientName, number] => {
    const gradient = gradients[i].dataSync<"float32">();
    let [difference, whole] = [0, 0];
    for (let d = 0; d < 8; d++) {
      const draw = random.normalArray(coefficientSizes[name]);
      const length = Math.hypot(...draw);
      const direction = draw.map((value) => value / length);
      const moved = (step: number) => {
        const values = start[name].map((value, k) => value + step * direction[k]);
        const tensor = tf.tensor2d(values, [1, values.length]);
        const result = evaluate({ ...at, [name]: tensor });
        tensor.dispose();
        return result;
      };
      const analytic = direction.reduce((sum, value, k) => sum + value * gradient[k], 0);
      const numeric = (moved(steps[name]) - moved(-steps[name])) / (2 * steps[name]);
      difference += (numeric - analytic) ** 2;
      whole += analytic ** 2;
    }
    return [name, difference === 0 ? 0 : Math.sqrt(difference / whole)];
  });
  tf.dispose(gradients);
  return Object.fromEntries(errors) as Record<CoefficientName, number>;
}

function report(title: string, errors: Readonly<Record<string, number>>): void {
  const list = Object.entries(errors).map(([name, error]) => `${name} ${(100 * error).toFixed(3)} %`);
  console.log(`      relative error, ${title}: ${list.join(", ")}`);
}
