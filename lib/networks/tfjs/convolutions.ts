/** The convolutions of networks in tfjs; weights lie as in PyTorch, and all gradients exist. */
import * as tf from "@tensorflow/tfjs";
import type { LayerOf, Padding, Pair } from "../layers.js";

/** @param x [B, H, W, C] @param weight [filters, C / groups, height, width] */
export function convolve(x: tf.Tensor4D, weight: tf.Tensor4D, layer: LayerOf<"conv">): tf.Tensor4D {
  const { groups, dilation, stride } = layer;
  const filter = dilate(tf.transpose(weight, [2, 3, 1, 0]), dilation);
  const pad = explicit(layer.padding);
  if (groups === 1) return tf.conv2d<tf.Tensor4D>(x, filter, [...stride], pad);
  const [parts, filters] = [tf.split<tf.Tensor4D>(x, groups, 3), tf.split<tf.Tensor4D>(filter, groups, 3)];
  const results = parts.map((part, i) => tf.conv2d<tf.Tensor4D>(part, filters[i], [...stride], pad));
  return tf.concat(results, 3);
}

/** @param x [B, H, W, C] @param weight [C, 1, height, width] */
export function convolveChannels(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  layer: LayerOf<"depthwiseConv">,
): tf.Tensor4D {
  const filter = dilate(tf.transpose(weight, [2, 3, 0, 1]), layer.dilation);
  const [top, left, bottom, right] = layer.padding;
  // tfjs's depthwise convolution takes one padding for all sides only.
  const padded = Math.max(...layer.padding) === 0 ? x : pad(x, [top, left, bottom, right]);
  return tf.depthwiseConv2d(padded, filter, [...layer.stride], "valid");
}

/** @param x [B, H, W, C] @param weight [C, filters, height, width] */
export function convolveTransposed(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  layer: LayerOf<"transposedConv">,
): tf.Tensor4D {
  const { kernel, stride, padding, filters } = layer;
  const [batch, height, width] = x.shape;
  const along = (axis: 0 | 1, length: number) =>
    (length - 1) * stride[axis] + kernel[axis] - padding[axis] - padding[axis + 2];
  const filter = tf.transpose(weight, [2, 3, 1, 0]);
  const shape: [number, number, number, number] = [batch, along(0, height), along(1, width), filters];
  return tf.conv2dTranspose(x, filter, shape, [...stride], explicit(padding) as unknown as number);
}

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

function explicit([top, left, bottom, right]: Padding): ExplicitPadding {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

export function pad(x: tf.Tensor4D, padding: Padding, value = 0): tf.Tensor4D {
  return tf.pad(x, explicit(padding), value);
}

/** Spreads a filter out with zeros between its taps, as tfjs has no gradient of a dilated convolution. */
function dilate(filter: tf.Tensor4D, [down, across]: Pair): tf.Tensor4D {
  if (down === 1 && across === 1) return filter;
  const [height, width, inputs, outputs] = filter.shape;
  const apart = tf.pad(tf.reshape(filter, [height, 1, width, 1, inputs * outputs]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const spread = tf.reshape(apart, [height * down, width * across, inputs, outputs]) as tf.Tensor4D;
  return tf.slice(spread, [0, 0, 0, 0], [(height - 1) * down + 1, (width - 1) * across + 1, inputs, outputs]);
}
