/** The poolings, upsampling and rearranging layers of networks in tfjs. */
import * as tf from "@tensorflow/tfjs";
import { interpolationMatrix, resizedSize } from "./interpolation-matrix.js";
import type { LayerOf, Order, Shape } from "./layers.js";
import { pad } from "./tfjs-convolutions.js";

/** @param x [B, H, W, C] */
export function maxPool(x: tf.Tensor4D, { kernel, stride, padding }: LayerOf<"maxPool">): tf.Tensor4D {
  // tfjs pads all sides alike; the lowest number is never the maximum.
  const padded = Math.max(...padding) === 0 ? x : pad(x, padding, -3e38);
  return tf.maxPool(padded, [...kernel], [...stride], "valid");
}

/** @param x [B, H, W, C] */
export function averagePool(
  x: tf.Tensor4D,
  { kernel, stride, padding }: LayerOf<"averagePool">,
): tf.Tensor4D {
  if (Math.max(...padding) === 0) return tf.avgPool(x, [...kernel], [...stride], "valid");
  // Mean over the window with its zeros, over the part of the window that lies inside.
  const mean = (values: tf.Tensor4D) => tf.avgPool(pad(values, padding), [...kernel], [...stride], "valid");
  return tf.div(mean(x), mean(tf.ones([1, x.shape[1], x.shape[2], 1])));
}

/**
 * Twice the size; tfjs's own gradient of a resize with pixel centres at +0.5 ignores where the centres are. Along
 * each axis a pixel becomes two, of 3/4 itself and 1/4 its neighbour on that side.
 */
export function upsampleBilinear(x: tf.Tensor4D): tf.Tensor4D {
  return upsampleAlong(upsampleAlong(x, 1), 2);
}

function upsampleAlong(x: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const length = x.shape[axis];
  const part = (start: number, count: number) => {
    const [begin, size] = [[0, 0, 0, 0], [...x.shape]];
    begin[axis] = start;
    size[axis] = count;
    return tf.slice(x, begin, size);
  };
  const before = tf.concat([part(0, 1), part(0, length - 1)].slice(0, length > 1 ? 2 : 1), axis);
  const after = tf.concat([part(1, length - 1), part(length - 1, 1)].slice(length > 1 ? 0 : 1), axis);
  const own = tf.mul(x, 0.75);
  const halves = [before, after].map((neighbour) => tf.add(own, tf.mul(neighbour, 0.25)));
  const shape = [...x.shape] as [number, number, number, number];
  shape[axis] *= 2;
  return tf.reshape(tf.stack(halves, axis + 1), shape);
}

/** @param x [B, H, W, C] */
export function resize(x: tf.Tensor4D, layer: LayerOf<"resize">): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [newHeight, newWidth] = resizedSize(layer.to, [height, width]);
  const matrix = (axis: 0 | 1, rows: number, columns: number) =>
    tf.tensor3d(interpolationMatrix(layer, axis, [height, width]), [1, rows, columns]);
  // One matrix for every item along the height, and for every row along the width.
  const columns = tf.reshape(x, [batch, height, width * channels]);
  const tall = tf.matMul(matrix(0, newHeight, height), columns);
  const rows = tf.reshape(tall, [batch * newHeight, width, channels]);
  const wide = tf.matMul(matrix(1, newWidth, width), rows);
  return tf.reshape(wide, [batch, newHeight, newWidth, channels]);
}

/** @param x [B, H, W, C] or [B, C] */
export function sliceChannels(x: tf.Tensor, { start, end }: LayerOf<"sliceChannels">): tf.Tensor {
  const before = x.shape.slice(0, -1);
  return tf.slice(x, [...before.map(() => 0), start], [...before, end - start]);
}

/** @param target shape of one item, channels last */
export function reshape(x: tf.Tensor, target: Shape, order: Order): tf.Tensor {
  const batch = x.shape[0]!;
  if (order === "channelsLast") return tf.reshape(x, [batch, ...target]);
  const rows = x.rank === 4 ? tf.transpose(x, [0, 3, 1, 2]) : x;
  if (target.length !== 3) return tf.reshape(rows, [batch, ...target]);
  return tf.transpose(tf.reshape(rows, [batch, target[2]!, target[0]!, target[1]!]), [0, 2, 3, 1]);
}
