/** For tests: the same computation on the `cpu` backend, the reference, and on `wasm` with our kernels. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { EngineName } from "../base/engine/engine-names.js";
import { prepareEngine } from "../base/engine/prepare-engine.js";

/** Normal numbers that depend on the shape and the name only, so that both backends get the same. */
export function normalTensor<R extends tf.Rank>(shape: tf.ShapeMap[R], name = "x"): tf.Tensor<R> {
  const seed = [...`${name} ${shape}`].reduce((hash, c) => (31 * hash + c.codePointAt(0)!) % 1000003, 7);
  return tf.randomNormal<R>(shape, 0, 1, "float32", seed);
}

/** Computes the values of the tensors that `compute` makes, and checks that it leaves no others. */
export async function valuesOn(engine: EngineName, compute: () => tf.Tensor[]): Promise<tf.TypedArray[]> {
  await prepareEngine(engine);
  const before = tf.memory().numTensors;
  const results = tf.tidy(compute);
  const values = await Promise.all(results.map((result) => result.data()));
  tf.dispose(results);
  assert.equal(tf.memory().numTensors, before, "the tensor count should stay the same");
  return values;
}

/** Largest difference of the two backends in any result, relative to the largest number of that result. */
export async function differenceOfBackends(compute: () => tf.Tensor[]): Promise<number> {
  const expected = await valuesOn("cpu", compute);
  const actual = await valuesOn("wasm", compute);
  return Math.max(...expected.map((values, i) => relativeDifference(values, actual[i])));
}

export function relativeDifference(expected: tf.TypedArray, actual: tf.TypedArray): number {
  assert.equal(actual.length, expected.length);
  let [difference, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const one = Math.abs(expected[i] - actual[i]);
    difference = Math.max(difference, one);
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return difference === 0 ? 0 : difference / scale;
}
