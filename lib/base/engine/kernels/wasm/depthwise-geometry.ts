/** The pairs of pixels that meet in a depthwise convolution, for its two gradient kernels. */
import * as tf from "@tensorflow/tfjs";
import type { ConvAttributes } from "./conv-geometry.js";
import { requireChannelsLast } from "./wasm-kernel.js";

export type DepthwiseInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/**
 * @param inputShape shape of the convolution's input, [B, H, W, C]
 * @param filterShape shape of its filter, [KH, KW, C, M]: M outputs for each channel
 * @throws if the layout is not channels last
 */
export function depthwiseGeometry(
  kernelName: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations = 1, pad, dataFormat, dimRoundingMode }: ConvAttributes,
): DepthwiseInfo {
  requireChannelsLast(kernelName, dataFormat);
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
}

/**
 * Calls `visit` for each pair of an output pixel and an input pixel that meet, with three offsets: that of the output
 * pixel's first channel, that of the input pixel's, and that of the tap between them. Supports any stride and
 * dilation.
 */
export function forEachMeeting(
  info: DepthwiseInfo,
  visit: (output: number, input: number, tap: number) => void,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  for (let b = 0; b < batchSize; b++) {
    for (let y = 0; y < outHeight; y++) {
      for (let i = 0; i < info.filterHeight; i++) {
        const row = y * info.strideHeight + i * info.dilationHeight - info.padInfo.top;
        if (row < 0 || row >= inHeight) continue;
        for (let x = 0; x < outWidth; x++) {
          const output = ((b * outHeight + y) * outWidth + x) * outChannels;
          for (let j = 0; j < info.filterWidth; j++) {
            const column = x * info.strideWidth + j * info.dilationWidth - info.padInfo.left;
            if (column < 0 || column >= inWidth) continue;
            const input = ((b * inHeight + row) * inWidth + column) * inChannels;
            visit(output, input, (i * info.filterWidth + j) * outChannels);
          }
        }
      }
    }
  }
}
