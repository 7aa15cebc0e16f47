import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { describeOnEngine } from "../../../../testing/describe-on-engine.js";

await describeOnEngine("webgpu", "addN on webgpu", () => {
  for (const count of [1, 2, 7, 8, 9, 14, 60]) {
    it(`sums ${count} tensor${count === 1 ? "" : "s"}, and leaves none`, async () => {
      const tensors = Array.from({ length: count }, (_, i) => tf.fill([3, 5], i + 1));
      const before = tf.memory();
      const sum = tf.addN(tensors);
      assert.deepEqual([...new Set(await sum.data())], [(count * (count + 1)) / 2]);
      sum.dispose();
      assert.equal(tf.memory().numTensors, before.numTensors);
      assert.equal(tf.memory().numDataBuffers, before.numDataBuffers);
      assert.deepEqual([...new Set(await tensors[0].data())], [1], "the inputs should stay");
      tf.dispose(tensors);
    });
  }
});
