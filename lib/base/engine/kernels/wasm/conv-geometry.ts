/** The sizes of one 2-d convolution, as its two gradient kernels need them. */
import * as tf from "@tensorflow/tfjs";
import { requireChannelsLast } from "./wasm-kernel.js";

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** Attributes that tfjs passes to the gradient kernels of `conv2d`; dilation is not among them. */
export interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat?: string;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  /** Only kernels that tfjs extends with a dilation pass one; ours take 1. */
  readonly dilations?: number | [number, number];
}

/**
 * @param inputShape shape of the convolution's input, [B, H, W, C]
 * @param filterShape shape of its filter, [KH, KW, C, D]
 * @throws if the layout is not channels last or the filter is dilated
 */
export function convGeometry(
  kernelName: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat, dimRoundingMode, dilations = 1 }: ConvAttributes,
): ConvInfo {
  requireChannelsLast(kernelName, dataFormat);
  if (![dilations].flat().every((dilation) => dilation === 1)) {
    throw new Error(`${kernelName}: \`dilations\` should be 1 but is [${[dilations].flat()}].`);
  }
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}
