/**
 * Rows of a tensor by index, and zeros where an index is negative or past the end: the transpose, and so the
 * gradient, of `tf.unsortedSegmentSum`.
 */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "./define-op.js";

const op = defineOp({
  name: "GatherOrZero",
  inputs: ["x", "indices"],
  outputs: ([x, indices]) => [{ shape: [...indices!, ...x!.slice(1)], dtype: "float32" }],
  run([x, indices], [output]) {
    const count = x!.shape[0]!;
    const size = x!.shape.slice(1).reduce((product, length) => product * length, 1);
    const [source, target] = [x!.values, output!.values];
    for (let i = 0, to = 0; i < indices!.values.length; i++, to += size) {
      const index = indices!.values[i]!;
      if (index < 0 || index >= count) continue;
      const from = index * size;
      for (let j = 0; j < size; j++) target[to + j] = source[from + j]!;
    }
  },
  gradient: ([dy], [x, indices]) => ({
    x: () => tf.unsortedSegmentSum(dy!, indices as tf.Tensor1D, x!.shape[0]!),
  }),
});

/** Name under which tfjs knows the operation. */
export const GATHER_OR_ZERO = "GatherOrZero";

/**
 * @param x float tensor, [N, ...row]
 * @param indices int32, any shape
 * @returns the rows, [...indices.shape, ...row]
 */
export function gatherOrZero(x: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  return op([x, indices], {})[0]!;
}
