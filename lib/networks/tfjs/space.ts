/** The poolings, upsampling and rearranging layers of networks in tfjs. */
import * as tf from "@tensorflow/tfjs";
import { interpolationMatrix, resizedSize } from "../interpolation-matrix.js";
import type { LayerOf, Order, Resize, Shape } from "../layers.js";
import { pad } from "./convolutions.js";

/** @param x [B, H, W, C] */
export function maxPool(x: tf.Tensor4D, { kernel, stride, padding }: LayerOf<"maxPool">): tf.Tensor4D {
  // tfjs pads all sides alike; the lowest number is never the maximum, so padding with it is safe.
  const padded = Math.max(...padding) === 0 ? x : pad(x, padding, -3e38);
  return tf.maxPool(padded, [...kernel], [...stride], "valid");
}

/** @param x [B, H, W, C] */
export function averagePool(
  x: tf.Tensor4D,
  { kernel, stride, padding }: LayerOf<"averagePool">,
): tf.Tensor4D {
  if (Math.max(...padding) === 0) return tf.avgPool(x, [...kernel], [...stride], "valid");
  // The mean over the part of the window that lies inside: the mean with the zeros outside, divided by that of a map
  // of ones.
  const mean = (values: tf.Tensor4D) => tf.avgPool(pad(values, padding), [...kernel], [...stride], "valid");
  return tf.div(mean(x), mean(tf.ones([1, x.shape[1], x.shape[2], 1])));
}

/** @param x [B, H, W, C] */
export function resize(x: tf.Tensor4D, layer: Resize): tf.Tensor4D {
  const from = [x.shape[1], x.shape[2]] as const;
  const to = resizedSize(layer.to, from);
  const matrix = (axis: 0 | 1) => tf.tensor2d(interpolationMatrix(layer, axis, from), [to[axis], from[axis]]);
  return along(along(x, 1, matrix(0)), 2, matrix(1));
}

/**
 * Twice the size, pixel centres at +0.5. tfjs's own gradient of such a resize ignores where the centres are. On wasm,
 * a resize by slices and their concatenation takes 50 times as long for its gradient: 21 s against 0.4 s, at 128 x
 * 128 x 64.
 *
 * @param x [B, H, W, C]
 */
export function upsampleBilinear(x: tf.Tensor4D): tf.Tensor4D {
  return resize(x, { to: { factor: [2, 2] }, coordinates: "halfPixel", sampling: "bilinear" });
}

/**
 * Multiplies pair by pair: on wasm, products of one matrix with each item of a batch are slower by a factor of 10.
 */
function along(x: tf.Tensor4D, axis: 1 | 2, matrix: tf.Tensor2D): tf.Tensor4D {
  const order = axis === 1 ? [1, 0, 2, 3] : [2, 0, 1, 3];
  const back = axis === 1 ? [1, 0, 2, 3] : [1, 2, 0, 3];
  const first = tf.transpose(x, order);
  const [length, ...rest] = first.shape;
  const columns = tf.reshape(first, [length, rest[0] * rest[1] * rest[2]]);
  const product = tf.reshape(tf.matMul(matrix, columns), [matrix.shape[0], rest[0], rest[1], rest[2]]);
  return tf.transpose(product, back) as tf.Tensor4D;
}

/** @param x [B, H, W, C] or [B, C] */
export function sliceChannels(x: tf.Tensor, { start, end }: LayerOf<"sliceChannels">): tf.Tensor {
  const before = x.shape.slice(0, -1);
  return tf.slice(x, [...before.map(() => 0), start], [...before, end - start]);
}

/** @param target the shape of one item, channels last */
export function reshape(x: tf.Tensor, target: Shape, order: Order): tf.Tensor {
  const batch = x.shape[0];
  if (order === "channelsLast") return tf.reshape(x, [batch, ...target]);
  const rows = x.rank === 4 ? tf.transpose(x, [0, 3, 1, 2]) : x;
  if (target.length !== 3) return tf.reshape(rows, [batch, ...target]);
  return tf.transpose(tf.reshape(rows, [batch, target[2], target[0], target[1]]), [0, 2, 3, 1]);
}
