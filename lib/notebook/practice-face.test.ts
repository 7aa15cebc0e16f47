import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { uvSpaceOf } from "../face/morphable-model/face-uv-space.js";
import { loadMorphableModel } from "../face/morphable-model/load-model.js";
import { createMorphableModel, type MorphableModel } from "../face/morphable-model/morphable-model.js";
import type { UvSpace } from "../graphics/uv/uv-space.js";
import { practiceFace } from "./index.js";

describe("practiceFace", () => {
  let model: MorphableModel;
  let space: UvSpace;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadMorphableModel("embedded"));
    space = uvSpaceOf(model, 32);
  });
  after(() => {
    space.dispose();
    model.dispose();
  });

  const make = (options = {}) => practiceFace(model, space, 3, { size: 64, ...options });

  it("is the same for a seed, to the bit, and leaves no tensors", async () => {
    const first = await make();
    const { numTensors } = tf.memory();
    assert.deepEqual(await make(), first);
    assert.equal(tf.memory().numTensors, numTensors);
  });

  it("has the model's albedo without detail, and is darker in spots with it", async () => {
    const plain = await make({ detail: 0 });
    assert.deepEqual(plain.albedo.data, plain.priorAlbedo.data);
    const { albedo, priorAlbedo } = await make();
    assert.ok(albedo.data.every((value, i) => value <= priorAlbedo.data[i] + 1e-6));
    assert.ok(albedo.data.some((value, i) => value < 0.9 * priorAlbedo.data[i]));
  });

  it("has one light everywhere without a shadow, and less of it in one", async () => {
    const { lightMap, coefficients } = await make({ shadow: 1 });
    assert.ok(lightMap.every((value, i) => value === coefficients.light[i % 27]));
    const shaded = await make({ shadow: 0.5 });
    const gains = shaded.lightMap
      .filter((_, i) => i % 27 === 0)
      .map((value) => value / coefficients.light[0]);
    assert.ok(Math.min(...gains) < 0.55 && Math.max(...gains) > 0.95);
  });

  it("is a sample that a training takes: points on the face, skin in the mask, truth in bytes", async () => {
    const { sample, points, image } = await make();
    assert.deepEqual([sample.uvSize, sample.surface.size, image.width, points.length], [32, 64, 64, 68]);
    for (const [x, y] of points) assert.ok(x > 0 && x < 64 && y > 0 && y < 64, `${x}, ${y}`);
    assert.ok(sample.mask.filter((value) => value === 1).length > 500);
    assert.equal(sample.truth?.length, 3 * 32 * 32);
  });
});
