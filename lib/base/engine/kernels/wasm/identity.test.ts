import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../prepare-engine.js";

describe("copies on wasm", () => {
  before(() => prepareEngine("wasm"));

  it("share their numbers and outlive what they are of, whichever goes first", () => {
    for (const originalFirst of [true, false]) {
      const { numBytes, numDataBuffers } = tf.memory();
      const original = tf.tensor1d([1, 2, 3]);
      const copy = tf.clone(original);
      assert.equal(tf.memory().numDataBuffers, numDataBuffers + 1);
      const [first, last] = originalFirst ? [original, copy] : [copy, original];
      first.dispose();
      tf.zeros([3]).dispose(); // would take the place of what was freed
      assert.deepEqual([...last.dataSync()], [1, 2, 3]);
      last.dispose();
      assert.deepEqual([tf.memory().numBytes, tf.memory().numDataBuffers], [numBytes, numDataBuffers]);
    }
  });

  it("keep what a variable held before it was assigned another value", () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const before = tf.clone(variable as tf.Tensor);
    const next = tf.add(variable, 1);
    variable.assign(next as tf.Tensor1D);
    assert.deepEqual([...before.dataSync(), ...variable.dataSync()], [1, 2, 2, 3]);
    tf.dispose([variable, before, next]);
  });

  it("of a tensor that was made on another backend come along", async () => {
    await prepareEngine("cpu");
    const original = tf.tensor2d([[1, 2]]);
    await prepareEngine("wasm");
    const copy = tf.clone(original);
    assert.deepEqual(copy.arraySync(), [[1, 2]]);
    tf.dispose([original, copy]);
  });
});
