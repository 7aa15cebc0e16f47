/**
 * Gradient of `conv2d` with respect to its input where dy has few pixels: one matrix product of the filter, [KH KW C,
 * D], with dy, [D, pixels], whose rows are then added to the pixels that they reach. The filter needs no other order
 * in memory: preparing it for `Conv2D` costs about as much as 150 pixels do. Measured for 512 x 512 channels, 4 x 4
 * taps, one pixel: 4 ms against 92 ms by phases.
 */
import * as tf from "@tensorflow/tfjs";
import type { convGeometry } from "./conv-geometry.js";
import { allocateOutput, asTensor, type WasmBackend } from "./wasm-kernel.js";

type ConvInfo = ReturnType<typeof convGeometry>;

/**
 * Tells whether this way is the faster one. The cost of adding up grows with the pixels, that of preparing the filter
 * with the channels of dy. Measured at 64 to 256 channels: half the time of the phases at 1 or 2 pixels a channel,
 * 1.1 to 1.3 times their time at 8 to 16.
 */
export function fewPixels({ batchSize, outHeight, outWidth, outChannels }: ConvInfo): boolean {
  return batchSize * outHeight * outWidth <= 2 * outChannels;
}

/**
 * @param dy gradient of the convolution's value, [B, OH, OW, D]
 * @param filter [KH, KW, C, D]
 * @returns gradient of its input, [B, H, W, C]
 */
export function inputGradientOfFewPixels(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  info: ConvInfo,
  backend: WasmBackend,
): tf.TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  return tf.tidy(() => {
    const taps = filter.reshape<tf.Tensor2D>([filterHeight * filterWidth * inChannels, outChannels]);
    const pixels = dy.reshape<tf.Tensor2D>([-1, outChannels]).transpose<tf.Tensor2D>();
    return asTensor(addUp(tf.matMul(taps, pixels), info, backend));
  });
}

/** Adds the value at [(i, j, c), (b, y, x)] to pixel (y S + i - top, x S + j - left) of image b, channel c. */
function addUp(product: tf.Tensor2D, info: ConvInfo, backend: WasmBackend): tf.TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  const { output, values, inputs } = allocateOutput(backend, [product], info.inShape);
  const source = inputs[0];
  values.fill(0);
  const pixels = batchSize * outHeight * outWidth;
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const tap = (i * info.filterWidth + j) * inChannels * pixels;
      for (let pixel = 0; pixel < pixels; pixel++) {
        const x = pixel % outWidth;
        const line = (pixel - x) / outWidth;
        const row = (line % outHeight) * info.strideHeight + i - padInfo.top;
        const column = x * info.strideWidth + j - padInfo.left;
        if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) continue;
        const b = Math.floor(line / outHeight);
        const to = ((b * inHeight + row) * inWidth + column) * inChannels;
        for (let c = 0, from = tap + pixel; c < inChannels; c++, from += pixels)
          values[to + c] += source[from];
      }
    }
  }
  return output;
}
