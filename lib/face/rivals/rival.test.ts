import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { fixtureSample } from "../../testing/detail-fixture.js";
import { inspectDetail, lightDetail } from "../detail/inspect-detail.js";
import { coarsePrior } from "./coarse-prior.js";
import { paintFace } from "./rival.js";

describe("face/rivals/rival", () => {
  before(() => prepareEngine("wasm"));

  it("paints under one light what it paints under that light at each texel", async () => {
    const { surface, uvSize, priorAlbedo, coefficients } = await fixtureSample(1);
    const before = tf.memory().numTensors;
    const one = await paintFace(surface, uvSize, priorAlbedo, coefficients.light);
    const map = Float32Array.from({ length: uvSize ** 2 * 27 }, (_, i) => coefficients.light[i % 27]);
    const each = await paintFace(surface, uvSize, priorAlbedo, map);
    assert.equal(tf.memory().numTensors, before);
    each.data.forEach((value, i) => {
      assert.ok(Math.abs(value - one.data[i]) < 1e-5);
    });
    assert.ok(Math.max(...one.data) > 0.1);
  });

  it("has as its coarse prior [6] what the refinement starts from", async () => {
    const sample = await fixtureSample(2);
    const { albedo, light, picture } = await coarsePrior.reconstruct(sample);
    const texels = sample.uvSize ** 2;
    const map = (channels: number, value: number) => ({
      shape: [1, sample.uvSize, sample.uvSize, channels],
      values: new Float32Array(texels * channels).fill(value),
    });
    const unchanged = { predict: async () => ({ albedo: map(3, 0.5), light: map(27, 0) }) };
    const { coarse } = (await inspectDetail(unchanged, sample, "prior")).pictures;
    picture.data.forEach((value, i) => {
      assert.ok(Math.abs(value - coarse.data[i]) < 1e-5);
    });
    const lights = Float32Array.from({ length: texels * 27 }, (_, i) => light[i % 27]);
    const again = await lightDetail(sample, albedo, lights);
    assert.ok(Math.abs(again.data[3 * 16 * 33] - picture.data[3 * 16 * 33]) < 1e-5);
  });
});
