/** For tests: runs a suite once on each of the two CPU engines. */
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { createRandom } from "../base/tensor/random.js";

/** Makes a mocha suite for each engine. */
export function describeOnEachEngine(title: string, body: () => void): void {
  for (const engine of ["cpu", "wasm"] as const) {
    describe(`${title} [${engine}]`, () => {
      before(async () => {
        await prepareEngine(engine);
      });
      body();
    });
  }
}

/** The sum of a tensor's numbers with fixed random weights: a scalar on which every number has its own influence. */
export function weightedSum(tensor: tf.Tensor): tf.Scalar {
  const weights = tf.tensor(createRandom(7).normalArray(tensor.size), tensor.shape);
  return tf.sum(tf.mul(tensor, weights));
}

/** Asserts that two rows of numbers are the same to within a tolerance. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers, not ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    if (Math.abs(actual[i] - expected[i]) <= tolerance) continue;
    throw new Error(`number ${i} is ${actual[i]}, not ${expected[i]}`);
  }
}
