import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../engine/prepare-engine.js";
import { createRandom } from "../tensor/random.js";
import { delitTexture, feather } from "./delit-texture.js";

const side = 16;

for (const engine of ["cpu", "wasm"] as const) {
  describe(`uv/delit-texture [${engine}]`, () => {
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
        const confidence = tf.ones<tf.Rank.R4>([1, side, side, 1]);
        const found = delitTexture({ unwrappedTexture, confidence, priorAlbedo: map(0, 1), shading });
        assert.ok(largest(found, albedo) < 1e-5);
      });
    });

    it("gives the prior where it is not, and a mixture c A + (1 − c) prior between", () => {
      tf.tidy(() => {
        const [albedo, shading, priorAlbedo] = [map(0.1, 0.9), map(0.3, 1), map(0.1, 0.9)];
        const input = { unwrappedTexture: tf.mul(albedo, shading) as tf.Tensor4D, priorAlbedo, shading };
        const nothing = delitTexture({ ...input, confidence: tf.zeros([1, side, side, 1]) });
        assert.ok(largest(nothing, priorAlbedo) < 1e-6);
        const quarter = delitTexture({ ...input, confidence: tf.fill([1, side, side, 1], 0.25) });
        assert.ok(largest(quarter, tf.add(tf.mul(albedo, 0.25), tf.mul(priorAlbedo, 0.75))) < 1e-5);
      });
    });

    it("stays finite and within [0, 1] in black and negative shading", () => {
      tf.tidy(() => {
        const found = delitTexture({
          unwrappedTexture: map(0, 1),
          confidence: tf.ones([1, side, side, 1]),
          priorAlbedo: map(0, 1),
          shading: map(-0.2, 0.1),
        }).dataSync();
        assert.ok(found.every((value) => value >= 0 && value <= 1));
      });
    });

    it("names a wrong shape and leaves no tensors behind", () => {
      const three = tf.zeros<tf.Rank.R4>([1, side, side, 3]);
      const one = tf.zeros<tf.Rank.R4>([1, side, side, 1]);
      const input = { unwrappedTexture: three, confidence: one, priorAlbedo: three, shading: three };
      const held = tf.memory().numTensors;
      delitTexture(input).dispose();
      feather(one, 3).dispose();
      assert.throws(() => delitTexture({ ...input, confidence: three }), /delitTexture: `confidence`/);
      assert.equal(tf.memory().numTensors, held);
      tf.dispose([three, one]);
    });
  });

  describe(`uv/delit-texture: feather [${engine}]`, () => {
    before(async () => {
      await prepareEngine(engine);
    });

    const width = 64;
    const radius = 8;
    const feathered = (trusted: (x: number, y: number) => boolean) =>
      tf.tidy(() => {
        const mask = Float32Array.from({ length: width * width }, (_, p) =>
          Number(trusted(p % width, Math.floor(p / width))),
        );
        return feather(tf.tensor4d(mask, [1, width, width, 1]), radius)
          .dataSync()
          .slice();
      });

    it("is 0 outside, 1 deep inside, rises all the way from a straight rim", () => {
      const soft = feathered((x) => x >= 20);
      const row = Array.from(soft.slice(32 * width, 33 * width));
      assert.ok(
        row.slice(0, 20).every((value) => value === 0),
        `${row.slice(0, 20)}`,
      );
      assert.ok(row.slice(20 + radius + 1, width - radius).every((value) => Math.abs(value - 1) < 1e-5));
      for (let x = 21; x < 20 + radius; x++) assert.ok(row[x] >= row[x - 1], `${row}`);
      assert.ok(row[20] < 0.25, `${row[20]} at the rim`);
      assert.ok(row[22] > 0, "and it does rise");
    });

    it("stays within [0, 1] and is the same from left and from right", () => {
      const [left, right] = [feathered((x) => x >= 20), feathered((x) => x < width - 20)];
      assert.ok(left.every((value) => value >= 0 && value <= 1));
      for (let p = 0; p < left.length; p++) {
        const mirrored = p - (p % width) + width - 1 - (p % width);
        assert.ok(Math.abs(left[p] - right[mirrored]) < 1e-5, `texel ${p % width}, ${Math.floor(p / width)}`);
      }
    });

    it("believes all where all is trusted, and nothing where nothing is", () => {
      assert.ok(feathered(() => true).every((value) => Math.abs(value - 1) < 1e-5));
      assert.ok(feathered(() => false).every((value) => value === 0));
    });
  });
}
