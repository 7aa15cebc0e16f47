import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { describeOnEngine } from "../../../../testing/describe-on-engine.js";

await describeOnEngine("webgpu", "sine and cosine on webgpu", () => {
  const angles = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) * (i % 7 === 0 ? 2.03 : 0.0031));

  it("are those of double precision to within a float's", async () => {
    const x = tf.tensor1d(angles);
    const results = [tf.sin(x), tf.cos(x)];
    for (const [k, f] of [Math.sin, Math.cos].entries()) {
      const values = await results[k].data();
      const error = Math.max(...Array.from(values, (value, i) => Math.abs(value - f(angles[i]))));
      assert.ok(error < 2e-7, `${f.name}: ${error}`);
    }
    tf.dispose([x, results]);
  });

  it("are each other's gradient, and leave no tensors", async () => {
    const x = tf.tensor1d([0.3, -2, 9]);
    const before = tf.memory().numTensors;
    const gradient = tf.grad((y) => tf.add(tf.sin(y), tf.mul(2, tf.cos(y))))(x);
    const values = await gradient.data();
    gradient.dispose();
    [0.3, -2, 9].forEach((angle, i) => {
      assert.ok(Math.abs(values[i] - (Math.cos(angle) - 2 * Math.sin(angle))) < 1e-6);
    });
    assert.equal(tf.memory().numTensors, before);
    x.dispose();
  });

  it("keep the shape, also none", async () => {
    const results = [tf.sin(tf.scalar(0.5)), tf.cos(tf.zeros([2, 3]))];
    assert.deepEqual(results.map(({ shape }) => shape), [[], [2, 3]]); // biome-ignore format: shapes
    assert.ok(Math.abs((await results[0].data())[0] - Math.sin(0.5)) < 1e-7);
    tf.dispose(results);
  });
});
