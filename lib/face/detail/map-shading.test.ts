import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { ambientWhite } from "../../graphics/scene/spherical-harmonics.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import { turnedFace } from "../../testing/turned-face.js";
import { uvSpaceOf } from "../morphable-model/face-uv-space.js";
import { loadMorphableModel } from "../morphable-model/load-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { makeDetailSample } from "./detail-sample.js";
import { mapShading } from "./map-shading.js";
import type { FittedFace } from "./posed-face.js";

const side = 32;

describe("face/detail/map-shading", () => {
  let model: MorphableModel;
  let uvSpace: UvSpace;
  let fitted: FittedFace;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadMorphableModel("embedded"));
    uvSpace = uvSpaceOf(model, side);
    fitted = await turnedFace(model, uvSpace);
  });
  after(() => {
    model.dispose();
    uvSpace.dispose();
  });

  const largestDifference = (a: Float32Array, b: Float32Array) =>
    a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

  it("is the coarse shading under the coarse light, be it one or the same at each texel", async () => {
    const { coefficients } = fitted;
    const { coarseShading } = await makeDetailSample(model, uvSpace, fitted);
    const one = await mapShading(model, uvSpace, coefficients, coefficients.light);
    assert.ok(largestDifference(one, coarseShading) < 1e-5);
    const map = Float32Array.from({ length: 27 * side * side }, (_, i) => coefficients.light[i % 27]);
    assert.ok(largestDifference(await mapShading(model, uvSpace, coefficients, map), one) < 1e-5);
  });

  it("is 1 under white light from everywhere, grows with the light, and keeps no tensor", async () => {
    const before = tf.memory().numTensors;
    const white = await mapShading(model, uvSpace, fitted.coefficients, ambientWhite);
    const middle = 3 * ((side / 2) * side + side / 2);
    for (const c of [0, 1, 2]) assert.ok(Math.abs(white[middle + c] - 1) < 1e-5, `${white[middle + c]}`);
    const twice = ambientWhite.map((value) => 2 * value);
    const brighter = await mapShading(model, uvSpace, fitted.coefficients, twice);
    assert.ok(
      largestDifference(
        brighter,
        white.map((value) => 2 * value),
      ) < 1e-5,
    );
    assert.equal(tf.memory().numTensors, before);
  });
});
