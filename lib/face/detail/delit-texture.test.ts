import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { delitTexture } from "./delit-texture.js";

const side = 16;

for (const engine of ["cpu", "wasm"] as const) {
  describe(`detail/delit-texture [${engine}]`, () => {
    before(async () => {
      await prepareEngine(engine);
    });

    const random = createRandom(1);
    const map = (low: number, high: number, channels = 3) =>
      tf.tensor4d(
        Float32Array.from({ length: side * side * channels }, () => low + (high - low) * random.uniform()),
        [1, side, side, channels],
      );
    const largest = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

    it("gives A back from T = A · S where the photo is believed", () => {
      tf.tidy(() => {
        const [albedo, shading] = [map(0.1, 0.9), map(0.3, 1.4)];
        const unwrappedTexture = tf.mul(albedo, shading) as tf.Tensor4D;
        const trust = tf.ones<tf.Rank.R4>([1, side, side, 1]);
        const found = delitTexture({ unwrappedTexture, trust, priorAlbedo: map(0, 1), shading });
        assert.ok(largest(found, albedo) < 1e-5);
      });
    });

    it("gives the prior where it is not, and a mixture c A + (1 − c) prior between", () => {
      tf.tidy(() => {
        const [albedo, shading, priorAlbedo] = [map(0.1, 0.9), map(0.3, 1), map(0.1, 0.9)];
        const input = { unwrappedTexture: tf.mul(albedo, shading) as tf.Tensor4D, priorAlbedo, shading };
        const nothing = delitTexture({ ...input, trust: tf.zeros([1, side, side, 1]) });
        assert.ok(largest(nothing, priorAlbedo) < 1e-6);
        const quarter = delitTexture({ ...input, trust: tf.fill([1, side, side, 1], 0.25) });
        assert.ok(largest(quarter, tf.add(tf.mul(albedo, 0.25), tf.mul(priorAlbedo, 0.75))) < 1e-5);
      });
    });

    it("stays finite and within [0, 1] in black and negative shading", () => {
      tf.tidy(() => {
        const found = delitTexture({
          unwrappedTexture: map(0, 1),
          trust: tf.ones([1, side, side, 1]),
          priorAlbedo: map(0, 1),
          shading: map(-0.2, 0.1),
        }).dataSync();
        assert.ok(found.every((value) => value >= 0 && value <= 1));
      });
    });

    it("names a wrong shape and leaves no tensors behind", () => {
      const three = tf.zeros<tf.Rank.R4>([1, side, side, 3]);
      const one = tf.zeros<tf.Rank.R4>([1, side, side, 1]);
      const input = { unwrappedTexture: three, trust: one, priorAlbedo: three, shading: three };
      const held = tf.memory().numTensors;
      delitTexture(input).dispose();
      assert.throws(() => delitTexture({ ...input, trust: three }), /delitTexture: `trust`/);
      assert.equal(tf.memory().numTensors, held);
      tf.dispose([three, one]);
    });
  });
}
