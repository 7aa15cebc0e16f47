import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { drawImage, markPoints, tensorImage } from "./index.js";

describe("pictures for notebooks", () => {
  it("take the first picture of a batch, and leave the tensor alone", async () => {
    const tensor = tf.tensor4d([1, 2, 3, 4, 5, 6], [2, 1, 1, 3]);
    assert.deepEqual(await tensorImage(tensor), { width: 1, height: 1, data: Float32Array.of(1, 2, 3) });
    assert.ok(!tensor.isDisposed);
    await assert.rejects(tensorImage(tf.zeros([1, 2, 2, 27])), /should have 1 or 3 channels but has 27/);
    tensor.dispose();
  });

  it("are drawn row by row, x to the right and y down", () => {
    const { data } = drawImage(2, 2, (x, y) => (x === 1 ? [y, 0, 0] : 0.5));
    assert.deepEqual([...data], [0.5, 0.5, 0.5, 0, 0, 0, 0.5, 0.5, 0.5, 1, 0, 0]);
  });

  it("get discs where points are, in a copy, and none outside", () => {
    const image = drawImage(8, 8, () => 0);
    const marked = markPoints(image, [[2.5, 5.5], [-9, 3]], [1, 0, 0], 0.6); // biome-ignore format: points
    assert.deepEqual([...marked.data.subarray(3 * (5 * 8 + 2), 3 * (5 * 8 + 3))], [1, 0, 0]);
    assert.equal(
      marked.data.reduce((a, b) => a + b),
      1,
    );
    assert.ok(image.data.every((value) => value === 0));
  });
});
