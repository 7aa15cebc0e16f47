/**
 * The curves of `colour.ts` on tensors, differentiable: encoded sRGB to linear light and back, IEC 61966-2-1. Values
 * outside [0, 1] keep their sign and follow the same curve.
 *
 * Each curve is a sum: the straight part of the value, cut off where that part ends, and what the curved part adds
 * beyond. `tf.where` cannot choose between the parts, as in tfjs it has no gradient when its condition depends on the
 * value.
 */
import * as tf from "@tensorflow/tfjs";

/** The places where the straight part ends, encoded and in linear light. */
const encodedEnd = 0.04045;
const linearEnd = 0.0031308;

/**
 * @param srgb encoded sRGB, any shape
 * @returns linear light, 1 at white, of the same shape
 */
export function decodeSrgb<T extends tf.Tensor>(srgb: T): T {
  return tf.tidy(() => {
    const straight = tf.div(tf.clipByValue(srgb, -encodedEnd, encodedEnd), 12.92);
    const curve = tf.pow(tf.div(tf.add(tf.maximum(tf.abs(srgb), encodedEnd), 0.055), 1.055), 2.4);
    return tf.add(straight, tf.mul(tf.sign(srgb), tf.sub(curve, encodedEnd / 12.92))) as T;
  });
}

/**
 * @param linear linear light, any shape
 * @returns encoded sRGB, 1 at white, of the same shape
 */
export function encodeSrgb<T extends tf.Tensor>(linear: T): T {
  return tf.tidy(() => {
    const straight = tf.mul(tf.clipByValue(linear, -linearEnd, linearEnd), 12.92);
    const curve = tf.mul(tf.pow(tf.maximum(tf.abs(linear), linearEnd), 1 / 2.4), 1.055);
    return tf.add(straight, tf.mul(tf.sign(linear), tf.sub(curve, 0.055 + linearEnd * 12.92))) as T;
  });
}
