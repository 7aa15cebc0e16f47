/** Gradient of `depthwiseConv2d` with respect to its input. */
import type * as tf from "@tensorflow/tfjs";
import type { ConvAttributes } from "./conv-geometry.js";
import { depthwiseGeometry, forEachMeeting } from "./depthwise-geometry.js";
import { allocateOutput, type KernelCall, type WasmKernel } from "./wasm-kernel.js";

export const depthwiseBackpropInput: WasmKernel = {
  kernelName: "DepthwiseConv2dNativeBackpropInput",
  run({ inputs, attrs, backend }: KernelCall) {
    const { dy, filter } = inputs as Record<"dy" | "filter", tf.TensorInfo>;
    const attributes = attrs as ConvAttributes & { inputShape: number[] };
    const { inputShape } = attributes;
    const info = depthwiseGeometry(this.kernelName, inputShape, filter.shape, attributes);
    const allocated = allocateOutput(backend, [dy, filter], inputShape);
    const dx = allocated.values.fill(0);
    const [gradient, taps] = allocated.inputs as [Float32Array, Float32Array];
    const { inChannels, outChannels } = info;
    const multiplier = outChannels / inChannels;
    forEachMeeting(info, (output, input, tap) => {
      if (multiplier === 1) {
        for (let c = 0; c < inChannels; c++) dx[input + c] += gradient[output + c] * taps[tap + c];
        return;
      }
      for (let c = 0, d = 0; c < inChannels; c++) {
        let sum = 0;
        for (let m = 0; m < multiplier; m++, d++) sum += gradient[output + d] * taps[tap + d];
        dx[input + c] += sum;
      }
    });
    return allocated.output;
  },
};
