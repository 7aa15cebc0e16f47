/** The regressor's losses of pictures: a face's own picture costs nothing, and the gradient is that of central differences. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { sampleLight } from "../../graphics/scene/light-prior.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { seeFace } from "../fitting/face-geometry.js";
import { loadFaceEmbedding } from "../models/face-embedding.js";
import { partStart } from "../models/regressor-units.js";
import { splitCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { sampleFace } from "../morphable-model/sample-face.js";
import { type PerceptualJudge, photometricLoss } from "./photometric-loss.js";

const side = 56;

describe("face/training/photometric-loss", () => {
  let model: MorphableModel;
  let judge: PerceptualJudge;
  let face: Float32Array;
  let images: Float32Array;
  let masks: Float32Array;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    const embedding = await loadFaceEmbedding("mobileface");
    const { network, parameters } = embedding;
    const inputShapes = fixedInputShapes(network, 1);
    judge = { embedding, network: await createOnnxNetwork({ network, inputShapes, parameters }) };
    const { identity, expression, albedo } = sampleFace(model.data, 5);
    face = Float32Array.from([
      ...identity,
      ...expression,
      ...albedo,
      0.05,
      0.2,
      0,
      ...sampleLight(5),
      0,
      -0.05,
      0,
    ]);
    const seen = await seeFace(model, splitCoefficients(face), side);
    [images, masks] = [seen.image, seen.projected.data];
  });
  after(async () => {
    model.dispose();
    await judge.network.dispose();
  });

  const weights = { pixel: 1.5, perceptual: 0.7 };
  const loss = (of: Float32Array, mask = masks) =>
    photometricLoss(model, { faces: of, images, masks: mask, side }, weights, judge);
  const nudged = (k: number, by: number) => face.map((value, i) => (i === k ? value + by : value));

  it("is 0 for a face's own picture", async () => {
    const { pixel, perceptual } = await loss(face);
    assert.ok(pixel < 2e-4 && perceptual < 1e-3, `${pixel} ${perceptual}`);
  });

  it("is the length of the difference of colours where the albedo is a shade off", async () => {
    const brighter = face.map((value, k) =>
      k >= partStart.light && k < partStart.translation ? 1.1 * value : value,
    );
    let [sum, count] = [0, 0];
    for (let p = 0; p < side * side; p++) {
      if (!masks[p]) continue;
      sum += 0.1 * Math.hypot(images[3 * p], images[3 * p + 1], images[3 * p + 2]);
      count++;
    }
    assert.ok(Math.abs((await loss(brighter)).pixel / (sum / count) - 1) < 0.01);
  });

  it("has the gradient, to the light and through the recognition network too", async () => {
    const off = face.map((value, k) =>
      k === partStart.light ? 1.15 * value : k === 146 ? value + 0.8 : value,
    );
    const { gradient } = await loss(off);
    for (const k of [partStart.light, partStart.light + 12, 144, 146]) {
      const at = async (step: number) => {
        const { pixel, perceptual } = await loss(off.map((value, i) => (i === k ? value + step : value)));
        return weights.pixel * pixel + weights.perceptual * perceptual;
      };
      const slope = ((await at(0.01)) - (await at(-0.01))) / 0.02;
      assert.ok(
        Math.abs(slope - gradient[k]) < 0.04 * Math.abs(slope) + 2e-3,
        `${k}: ${slope} and ${gradient[k]}`,
      );
    }
  });

  it("pulls nothing by pixels where the mask is 0, and leaves no tensors behind", async () => {
    const before = tf.memory().numTensors;
    const input = { faces: nudged(partStart.light, 0.2), images, masks: masks.map(() => 0), side };
    const { pixel, gradient } = await photometricLoss(model, input, { pixel: 1, perceptual: 0 });
    assert.equal(pixel, 0);
    assert.ok(gradient.every((value) => value === 0));
    await loss(nudged(3, 0.5));
    assert.equal(tf.memory().numTensors, before);
  });
});
