import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { feather } from "./feather.js";

for (const engine of ["cpu", "wasm"] as const) {
  describe(`uv/feather [${engine}]`, () => {
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

    it("leaves no tensors behind", () => {
      const one = tf.zeros<tf.Rank.R4>([1, 16, 16, 1]);
      const held = tf.memory().numTensors;
      feather(one, 3).dispose();
      assert.equal(tf.memory().numTensors, held);
      one.dispose();
    });

    it("believes all where all is trusted, and nothing where nothing is", () => {
      assert.ok(feathered(() => true).every((value) => Math.abs(value - 1) < 1e-5));
      assert.ok(feathered(() => false).every((value) => value === 0));
    });
  });
}
