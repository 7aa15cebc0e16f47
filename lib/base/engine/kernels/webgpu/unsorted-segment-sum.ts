/**
 * UnsortedSegmentSum for tfjs's webgpu backend: the gradient of every gather. tfjs's own kernel adds floats in the
 * order in which the threads come, so two runs never agree to the bit. Here the sums are exact.
 */
import * as tf from "@tensorflow/tfjs";
import { gpuOf, sizeOf } from "../../webgpu-kernel.js";
import { exactSum, type Scatter } from "./exact-sum.js";

/** Registers the kernel in the place of tfjs's own. */
export function registerUnsortedSegmentSum(): void {
  const stock = tf.getKernel("UnsortedSegmentSum", "webgpu");
  tf.unregisterKernel("UnsortedSegmentSum", "webgpu");
  const kernelFunc: tf.KernelFunc = (call) => unsortedSegmentSum(call as unknown as Call, stock.kernelFunc);
  tf.registerKernel({ ...stock, kernelFunc });
}

interface Call {
  readonly inputs: { readonly x: tf.TensorInfo; readonly segmentIds: tf.TensorInfo };
  readonly attrs: { readonly numSegments: number };
  readonly backend: object;
}

function unsortedSegmentSum(call: Call, stock: tf.KernelFunc): tf.TensorInfo {
  const { x, segmentIds } = call.inputs;
  if (x.dtype !== "float32") return stock(call as unknown as Parameters<tf.KernelFunc>[0]) as tf.TensorInfo;
  const shape = [call.attrs.numSegments, ...x.shape.slice(segmentIds.shape.length)];
  const row = sizeOf({ shape: shape.slice(1) });
  return exactSum(
    gpuOf(call.backend),
    scatter,
    [x, segmentIds],
    { shape, dtype: "float32" },
    {
      threads: sizeOf(x),
      terms: sizeOf(segmentIds),
      uniforms: { row, segments: call.attrs.numSegments },
    },
  );
}

const scatter: Scatter = {
  name: "UnsortedSegmentSum",
  inputs: ["x", "segmentIds"],
  uniforms: { row: "i32", segments: "i32" },
  code: /* wgsl */ `
    fn contribute(i: i32) {
      let segment = segmentIds[i / uniforms.row];
      if (segment < 0 || segment >= uniforms.segments) { return; }
      add(segment * uniforms.row + i % uniforms.row, x[i]);
    }`,
};
