/**
 * Takes rows of a tensor by index, and gives zeros where an index is negative or past the end. This is the transpose,
 * and so the gradient, of `tf.unsortedSegmentSum`.
 */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "./define-op.js";
import { type Shader, sizeOf } from "./webgpu-kernel.js";

const shader: Shader = {
  name: "GatherOrZero",
  inputs: ["x", "indices"],
  uniforms: { rows: "i32", row: "i32" },
  code: /* wgsl */ `
    fn each(i: i32) {
      let index = indices[i / uniforms.row];
      result[i] = 0.0;
      if (index >= 0 && index < uniforms.rows) { result[i] = x[index * uniforms.row + i % uniforms.row]; }
    }`,
};

const op = defineOp({
  name: "GatherOrZero",
  inputs: ["x", "indices"],
  outputs: ([x, indices]) => [{ shape: [...indices, ...x.slice(1)], dtype: "float32" }],
  run([x, indices], [output]) {
    const count = x.shape[0];
    const size = x.shape.slice(1).reduce((product, length) => product * length, 1);
    const [source, target] = [x.values, output.values];
    for (let i = 0, to = 0; i < indices.values.length; i++, to += size) {
      const index = indices.values[i];
      if (index < 0 || index >= count) continue;
      const from = index * size;
      for (let j = 0; j < size; j++) target[to + j] = source[from + j];
    }
  },
  webgpu(gpu, [x, indices], [output]) {
    const [rows, ...row] = x.shape;
    const uniforms = { rows: rows, row: sizeOf({ shape: row }) };
    return [gpu.run(shader, [x, indices], output, { uniforms })];
  },
  gradient: ([dy], [x, indices]) => ({
    x: () => tf.unsortedSegmentSum(dy, indices as tf.Tensor1D, x.shape[0]),
  }),
});

/** The name under which tfjs knows the operation. */
export const GATHER_OR_ZERO = "GatherOrZero";

/**
 * @param x float tensor, [N, ...row]
 * @param indices int32, any shape
 * @returns the rows, [...indices.shape, ...row]
 */
export function gatherOrZero(x: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  return op([x, indices], {})[0];
}
