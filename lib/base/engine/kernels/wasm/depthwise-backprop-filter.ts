/** Gradient of `depthwiseConv2d` with respect to its filter. */
import type * as tf from "@tensorflow/tfjs";
import type { ConvAttributes } from "./conv-geometry.js";
import { depthwiseGeometry, forEachMeeting } from "./depthwise-geometry.js";
import { allocateOutput, type KernelCall, type WasmKernel } from "./wasm-kernel.js";

export const depthwiseBackpropFilter: WasmKernel = {
  kernelName: "DepthwiseConv2dNativeBackpropFilter",
  run({ inputs, attrs, backend }: KernelCall) {
    const { x, dy } = inputs as Record<"x" | "dy", tf.TensorInfo>;
    const attributes = attrs as ConvAttributes & { filterShape: number[] };
    const { filterShape } = attributes;
    const info = depthwiseGeometry(this.kernelName, x.shape, filterShape, attributes);
    const allocated = allocateOutput(backend, [x, dy], filterShape);
    const [image, gradient] = allocated.inputs as [Float32Array, Float32Array];
    const { inChannels, outChannels } = info;
    const multiplier = outChannels / inChannels;
    // A tap sums as many terms as there are pixels: it does so in double precision, as single would lose digits.
    const sums = new Float64Array(allocated.values.length);
    forEachMeeting(info, (output, input, tap) => {
      if (multiplier === 1) {
        for (let c = 0; c < inChannels; c++) sums[tap + c] += image[input + c] * gradient[output + c];
        return;
      }
      for (let c = 0, d = 0; c < inChannels; c++) {
        const value = image[input + c];
        for (let m = 0; m < multiplier; m++, d++) sums[tap + d] += value * gradient[output + d];
      }
    });
    allocated.values.set(sums);
    return allocated.output;
  },
};
