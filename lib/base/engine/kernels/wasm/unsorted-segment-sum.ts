/**
 * Sum of the rows of x that share a segment id. As in TensorFlow, a row with a negative id is left out, and so
 * is one with an id past the last segment.
 */
import type * as tf from "@tensorflow/tfjs";
import { allocateOutput, type KernelCall, type WasmKernel } from "./wasm-kernel.js";

export const unsortedSegmentSum: WasmKernel = {
  kernelName: "UnsortedSegmentSum",
  run({ inputs, attrs, backend }: KernelCall) {
    const { x, segmentIds } = inputs as Record<"x" | "segmentIds", tf.TensorInfo>;
    const { numSegments } = attrs as { numSegments: number };
    const rank = segmentIds.shape.length;
    if (segmentIds.shape.some((size, axis) => size !== x.shape[axis])) {
      const expected = `a start of the shape of \`x\`, [${x.shape}],`;
      throw new Error(
        `UnsortedSegmentSum: \`segmentIds\` should have ${expected} but has [${segmentIds.shape}].`,
      );
    }
    const rowShape = x.shape.slice(rank);
    const rowSize = rowShape.reduce((product, size) => product * size, 1);
    const allocated = allocateOutput(backend, [x, segmentIds], [numSegments, ...rowShape], x.dtype);
    const sums = allocated.values.fill(0);
    const [rows, ids] = allocated.inputs as [Float32Array, Int32Array];
    for (let i = 0, from = 0; i < ids.length; i++, from += rowSize) {
      const id = ids[i];
      if (id < 0 || id >= numSegments) continue;
      const to = id * rowSize;
      for (let j = 0; j < rowSize; j++) sums[to + j] += rows[from + j];
    }
    return allocated.output;
  },
};
