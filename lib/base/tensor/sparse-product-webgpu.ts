/**
 * The product of a sparse matrix with per-vertex values on the graphics processor. Each number of the result has a
 * thread, which walks through its row. The gradient is the same with the transpose, so no threads add to one number.
 */
import type { Shader, WebgpuKernel } from "../engine/webgpu-kernel.js";

const shader: Shader = {
  name: "SparseProduct",
  inputs: ["x", "rowStart", "column", "value"],
  code: /* wgsl */ `
    fn each(i: i32) {
      let channels = uniforms.outShape.z;
      let row = (i / channels) % uniforms.outShape.y;
      let image = i / (channels * uniforms.outShape.y);
      let first = image * uniforms.xShape.y * channels + i % channels;
      var sum = 0.0;
      for (var k = rowStart[row]; k < rowStart[row + 1]; k++) {
        sum = fma(value[k], x[first + column[k] * channels], sum);
      }
      result[i] = sum;
    }`,
};

/** The inputs are x, then the matrix and its transpose, each as row starts, columns and values. */
export const sparseProductOnWebgpu: WebgpuKernel<object> = (gpu, [x, rowStart, column, value], [output]) => [
  gpu.run(shader, [x, rowStart, column, value], output),
];
