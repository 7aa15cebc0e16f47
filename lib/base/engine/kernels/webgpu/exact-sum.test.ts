import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { describeOnEngine } from "../../../../testing/describe-on-engine.js";
import { createRandom } from "../../../tensor/random.js";

/** Sums by segment, which on webgpu are exact sums. */
async function sumBySegment(values: ArrayLike<number>, ids: readonly number[], segments: number) {
  const result = tf.tidy(() =>
    tf.unsortedSegmentSum(tf.tensor1d(Float32Array.from(values)), tf.tensor1d([...ids], "int32"), segments),
  );
  const sums = await result.data();
  result.dispose();
  return Array.from(sums);
}

await describeOnEngine("webgpu", "exact sums on webgpu", () => {
  it("are those of double precision, of values of all sizes and signs, to within a float's rounding", async () => {
    const random = createRandom(1);
    const values = Float32Array.from({ length: 5000 }, () => random.normal() * 10 ** (4 * random.normal()));
    const ids = Array.from(values, () => random.integer(40));
    const expected = new Float64Array(40);
    values.forEach((value, i) => {
      expected[ids[i]] += value;
    });
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [i, sum] of (await sumBySegment(values, ids, 40)).entries()) {
      const allowed = 1.2e-7 * Math.abs(expected[i]) + 1e-10 * largest;
      assert.ok(Math.abs(sum - expected[i]) <= allowed, `${sum}, not ${expected[i]}`);
    }
  });

  it("do not depend on the order", async () => {
    const random = createRandom(2);
    const values = Array.from(random.normalArray(3000), (value) => value ** 5);
    const forward = await sumBySegment(values, new Array(3000).fill(0), 1);
    assert.deepEqual(await sumBySegment(values.reverse(), new Array(3000).fill(0), 1), forward);
  });

  it("cancel to 0, carry, borrow, and reach from the smallest to the largest floats", async () => {
    const one = async (...values: number[]) =>
      (await sumBySegment(values, new Array(values.length).fill(0), 1))[0];
    assert.equal(await one(1e20, 1, -1e20), 0); // 1 is far below a unit
    assert.equal(await one(2 ** 30, 1, -(2 ** 30)), 1);
    assert.equal(await one(...new Array(1000).fill(-0.1)), -100);
    assert.equal(await one(0.75, -0.25, -0.75), -0.25);
    assert.equal(await one(2e-38, 1e-38), Math.fround(2e-38)); // the other is below the normal floats
    assert.equal(await one(3e38, -1e38), Math.fround(Math.fround(3e38) - Math.fround(1e38)));
    assert.equal(await one(0, -0), 0);
  });

  it("make NaN of what is not finite, and of nothing else", async () => {
    const sums = await sumBySegment(
      [1, Number.NaN, 2, Number.POSITIVE_INFINITY, -3, 5],
      [0, 1, 2, 3, 2, 40],
      70,
    );
    assert.deepEqual(sums.slice(0, 5), [1, Number.NaN, -1, Number.NaN, 0]);
    assert.ok(sums.slice(5).every((sum, i) => sum === (i === 35 ? 5 : 0)));
  });

  it("are 0 where nothing is added, and leave no tensors", async () => {
    const before = tf.memory().numTensors;
    assert.deepEqual(await sumBySegment([4, 5], [-1, 3], 3), [0, 0, 0]);
    assert.equal(tf.memory().numTensors, before);
  });

  it("have rows of any shape", async () => {
    const x = tf.reshape(tf.range(0, 24), [2, 3, 4]);
    const ids = tf.tensor1d([1, 1], "int32");
    const sums = tf.unsortedSegmentSum(x, ids, 2);
    assert.deepEqual(sums.shape, [2, 3, 4]);
    assert.deepEqual(Array.from(await sums.data()).slice(10, 14), [0, 0, 12, 14]);
    tf.dispose([x, ids, sums]);
  });
});
