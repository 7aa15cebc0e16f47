/** Registers our kernels for tfjs's `wasm` backend: those that it lacks and those that are faster than its own. */
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs";
import { GATHER_OR_ZERO, gatherOrZero } from "../../gather-or-zero.js";
import { batchMatMul } from "./batch-mat-mul.js";
import { conv2DBackpropFilter } from "./conv2d-backprop-filter.js";
import { conv2DBackpropInput } from "./conv2d-backprop-input.js";
import { depthwiseBackpropFilter } from "./depthwise-backprop-filter.js";
import { depthwiseBackpropInput } from "./depthwise-backprop-input.js";
import { identity } from "./identity.js";
import { maxPoolGrad } from "./max-pool-grad.js";
import { unsortedSegmentSum } from "./unsorted-segment-sum.js";
import type { KernelCall, WasmKernel } from "./wasm-kernel.js";

const kernels: readonly WasmKernel[] = [
  batchMatMul,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  identity,
  maxPoolGrad,
  unsortedSegmentSum,
];

/** Marks what we registered. A second copy of this module, as a notebook may load one, sees the mark too. */
const OURS = Symbol.for("rerenderable.kernel");

/** Registers the kernels and the faster gradient of `unsortedSegmentSum`. Calling it again changes nothing. */
export function registerWasmKernels(): void {
  for (const kernel of kernels) registerWasmKernel(kernel);
  replaceSegmentSumGradient();
}

function registerWasmKernel(kernel: WasmKernel): void {
  const { kernelName } = kernel;
  const stock = tf.getKernel(kernelName, "wasm") as tf.KernelConfig | undefined;
  if (stock && OURS in stock) return;
  if (stock) tf.unregisterKernel(kernelName, "wasm");
  const kernelFunc: tf.KernelFunc = (call) => kernel.run(call as unknown as KernelCall, stock?.kernelFunc);
  // The other fields of the stock entry stay: tfjs binds the stock kernel to the backend through its `setupFunc`.
  const config = { ...stock, kernelName, backendName: "wasm", kernelFunc, [OURS]: true };
  tf.registerKernel(config);
}

/**
 * tfjs masks the gradient of `unsortedSegmentSum` with a boolean tensor of its full size (73 ms of 80 for 70,000
 * triangles); a gather that yields zeros needs no mask. A gradient is registered for all backends at once, so one
 * without our gather is given tfjs's own gradient.
 */
function replaceSegmentSumGradient(): void {
  const stock = tf.getGradient("UnsortedSegmentSum");
  if (OURS in stock) return;
  const gradFunc: typeof stock.gradFunc = (dy, saved, attributes) => {
    if (!tf.getKernel(GATHER_OR_ZERO, tf.getBackend())) return stock.gradFunc(dy, saved, attributes);
    return { x: () => gatherOrZero(dy as tf.Tensor, saved[0]) };
  };
  tf.unregisterGradient("UnsortedSegmentSum");
  const config = { ...stock, gradFunc, [OURS]: true };
  tf.registerGradient(config);
}
