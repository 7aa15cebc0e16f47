import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { defaultCamera } from "../../graphics/scene/camera.js";
import { describeOnEachEngine } from "../../testing/each-engine.js";
import { neutralCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModelData } from "../morphable-model/morphable-model.js";
import { coefficientTensors, poseFace, seeFace } from "./face-geometry.js";
import { sampleWeights, seeSurface } from "./seen-surface.js";
import { sampleCount, surfaceSamples } from "./surface-samples.js";

const size = 64;
const random = createRandom(2);
const turned = neutralCoefficients({
  identity: random.normalArray(80).map((v) => 0.6 * v),
  expression: Float32Array.from({ length: 64 }, () => 0.1 * random.uniform()),
  angles: Float32Array.of(0.1, 0.7, -0.05),
  translation: Float32Array.of(0.05, -0.03, 0.1),
});

describeOnEachEngine("fitting/seen-surface", () => {
  it("sees in plain numbers what the engine renders: vertices to 1e-4, skin in all but 5 of 4096 pixels", async () => {
    const model = createMorphableModel(await loadEmbeddedModel());
    const held = tf.memory().numTensors;
    const plain = seeSurface(model.data, turned, size, defaultCamera);
    const rendered = await seeFace(model, turned, size);
    assert.equal(tf.memory().numTensors, held);
    model.dispose();
    plain.vertices.forEach((v, i) => {
      assert.ok(Math.abs(v - rendered.vertices[i]) < 1e-4);
    });
    const different = plain.projected.data.filter((v, p) => v !== rendered.projected.data[p]).length;
    assert.ok(different <= 5, `${different} pixels`);
  });

  it("has sampled normals 0.02° (median) from those that the engine sums from triangles", async () => {
    const model = createMorphableModel(await loadEmbeddedModel());
    const { vertices, meanShape } = surfaceSamples(model.data);
    const tensors = coefficientTensors([neutralCoefficients()]);
    const face = poseFace(model, tensors);
    const normals = await face.normals.data<"float32">();
    tf.dispose([tensors, face]);
    model.dispose();
    const angles = Array.from(vertices, (v, s) => {
      const [, , , ax, ay, az, bx, by, bz] = meanShape.subarray(9 * s, 9 * s + 9);
      const n = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
      const along = n.reduce((sum, value, k) => sum + value * normals[3 * v + k], 0) / Math.hypot(...n);
      return (Math.acos(Math.min(along, 1)) * 180) / Math.PI;
    }).sort((a, b) => a - b);
    const [median, most] = [angles[angles.length >> 1], angles[Math.floor(0.99 * angles.length)]];
    console.log(`      ${median.toFixed(2)}°, ${most.toFixed(1)}° at the 99th percentile`);
    assert.ok(median < 0.05 && most < 1, `${median} and ${most}`);
  });
});

describe("face/fitting/seen-surface: samples", () => {
  let data: MorphableModelData;

  before(async () => {
    data = await loadEmbeddedModel();
  });

  const weightsOf = (face: typeof turned, skin = 1) => {
    const seen = seeSurface(data, face, 224, defaultCamera);
    const mask = { ...seen.projected, data: seen.projected.data.map((v) => skin * v) };
    return sampleWeights(data, surfaceSamples(data).vertices, seen, mask, defaultCamera);
  };

  it("are about as many as asked for, of skin, and on both sides of the face", () => {
    const { vertices, meanShape } = surfaceSamples(data);
    assert.ok(Math.abs(vertices.length - sampleCount) < 0.03 * sampleCount, `${vertices.length}`);
    const right = Array.from(vertices.keys()).filter((s) => meanShape[9 * s] > 0).length;
    assert.ok(Math.abs(right / vertices.length - 0.5) < 0.03, `${right} of ${vertices.length}`);
  });

  it("count where they face the camera, unseen at 0: of a head turned to its right, the left side", () => {
    const weights = weightsOf(turned);
    assert.ok(weights.every((w) => w >= 0 && w <= 1));
    const { meanShape } = surfaceSamples(data);
    const seen = (sign: number) => weights.filter((w, s) => w > 0 && sign * meanShape[9 * s] > 0.3).length;
    assert.ok(seen(-1) > 3 * seen(1), `${seen(-1)} and ${seen(1)}`);
    assert.ok(
      weightsOf(turned, 0).every((w) => w === 0),
      "nothing under an empty mask",
    );
  });
});
