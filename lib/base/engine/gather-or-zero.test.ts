import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { checkGradient } from "../../testing/finite-differences.js";
import { gatherOrZero } from "./gather-or-zero.js";
import { prepareEngine } from "./prepare-engine.js";

for (const engine of ["cpu", "wasm"] as const) {
  describe(`gatherOrZero on ${engine}`, () => {
    before(() => prepareEngine(engine));

    it("gives rows by index, and zeros outside", () => {
      const rows = tf.tidy(() => {
        const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
        return gatherOrZero(x, tf.tensor2d([2, -1, 0, 3], [2, 2], "int32"));
      });
      assert.deepEqual(rows.arraySync(), [
        [
          [5, 6],
          [0, 0],
        ],
        [
          [1, 2],
          [0, 0],
        ],
      ]);
      rows.dispose();
    });

    it("has the gradient that central differences give, and leaves no tensors", async () => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
      const indices = tf.tensor1d([2, -1, 2, 0], "int32");
      const before = tf.memory().numTensors;
      assert.ok((await checkGradient((rows) => gatherOrZero(rows, indices).square().mean(), [x])) < 1e-3);
      assert.equal(tf.memory().numTensors, before);
      tf.dispose([x, indices]);
    });
  });
}

describe("an operation defined for both CPU backends", () => {
  it("takes a tensor from the other one that makes the heap of wasm grow", async () => {
    await prepareEngine("cpu");
    const [x, indices] = [tf.ones([8_000_000]), tf.tensor1d([7_999_999, -1], "int32")];
    await prepareEngine("wasm");
    const rows = gatherOrZero(x, indices);
    assert.deepEqual([...(await rows.data())], [1, 0]);
    tf.dispose([x, indices, rows]);
  });
});
