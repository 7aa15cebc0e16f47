/**
 * A copy of a tensor, which is what tfjs makes of every tensor that it saves for a gradient. Its own kernel for wasm
 * copies the numbers; here the copy shares them, as on tfjs's other backends, where no kernel writes to its inputs
 * either. In a step of the photometric refinement that spares 200 copies of 30 MB together.
 */
import type * as tf from "@tensorflow/tfjs";
import type { WasmKernel } from "./wasm-kernel.js";

export const identity: WasmKernel = {
  kernelName: "Identity",
  run({ inputs, backend }) {
    const { x } = inputs as Record<"x", tf.TensorInfo>;
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
};
