/**
 * Gradient of the 2-d maximum pooling: each dy goes to the first largest value of its window. The kernel of tfjs 4.22
 * loses the gradients of windows whose values are all negative.
 */
import * as tf from "@tensorflow/tfjs";
import { allocateOutput, type KernelCall, type WasmKernel } from "./wasm-kernel.js";

type PoolArguments = Parameters<typeof tf.backend_util.computePool2DInfo>;
type PoolInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>;

interface PoolAttributes {
  readonly filterSize: PoolArguments[1];
  readonly strides: PoolArguments[2];
  readonly pad: PoolArguments[4];
  readonly dimRoundingMode?: PoolArguments[5];
}

export const maxPoolGrad: WasmKernel = {
  kernelName: "MaxPoolGrad",
  run({ inputs, attrs, backend }: KernelCall) {
    const { dy, input } = inputs as Record<"dy" | "input", tf.TensorInfo>;
    const { filterSize, strides, pad, dimRoundingMode } = attrs as PoolAttributes;
    const shape = input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const allocated = allocateOutput(backend, [dy, input], shape);
    const dx = allocated.values.fill(0);
    const [dys, xs] = allocated.inputs as [Float32Array, Float32Array];
    const { batchSize, outHeight, outWidth, inChannels: channels } = info;
    for (let pixel = 0; pixel < batchSize * outHeight * outWidth; pixel++) {
      const places = windowPlaces(info, pixel);
      for (let channel = 0; channel < channels; channel++) {
        let [largest, at] = [Number.NEGATIVE_INFINITY, -1];
        for (const place of places) {
          const value = xs[place + channel];
          if (value > largest || at < 0) [largest, at] = [value, place + channel];
        }
        dx[at] += dys[pixel * channels + channel];
      }
    }
    return allocated.output;
  },
};

/** The places in the input where the pixels of a window begin, without those in the padding. */
function windowPlaces(info: PoolInfo, pixel: number): number[] {
  const { outHeight, outWidth, inHeight, inWidth, inChannels, padInfo } = info;
  const item = Math.floor(pixel / (outHeight * outWidth));
  const top = (Math.floor(pixel / outWidth) % outHeight) * info.strideHeight - padInfo.top;
  const left = (pixel % outWidth) * info.strideWidth - padInfo.left;
  const places: number[] = [];
  for (let y = Math.max(0, top); y < Math.min(inHeight, top + info.filterHeight); y++) {
    for (let x = Math.max(0, left); x < Math.min(inWidth, left + info.filterWidth); x++) {
      places.push(((item * inHeight + y) * inWidth + x) * inChannels);
    }
  }
  return places;
}
