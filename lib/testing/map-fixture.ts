/** For tests: small maps by formula, and maps made twice as fine. */
import * as tf from "@tensorflow/tfjs";

type Formula = (x: number, y: number, c: number, n: number) => number;

/** @param value gives the value at the place x, y, of channel c and image n */
export function mapOf(
  [batch, height, width, channels]: readonly [number, number, number, number],
  value: Formula,
): tf.Tensor4D {
  const numbers = Float32Array.from({ length: batch * height * width * channels }, (_, i) => {
    const p = Math.floor(i / channels);
    const row = Math.floor(p / width);
    return value(p % width, row % height, i % channels, Math.floor(row / height));
  });
  return tf.tensor4d(numbers, [batch, height, width, channels]);
}

/** Repeats every texel four times: the same surface at twice the resolution. */
export function twiceAsFine(map: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = map.shape;
  return tf.image.resizeNearestNeighbor(map, [2 * height, 2 * width]);
}

/** The value, on an engine whose values can be read at once. */
export function numberOf(loss: tf.Scalar): number {
  return loss.dataSync()[0];
}
