/** The layers of networks whose gradient tfjs lacks, or defines in another way. */
import * as tf from "@tensorflow/tfjs";
import type { LayerOf } from "../layers.js";

/**
 * Clips values. tfjs's own function lets the gradient through at a bound; here the gradient stops there, as relu's
 * does at 0.
 */
export function clip(x: tf.Tensor, layer: LayerOf<"clip">): tf.Tensor {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = layer;
  const clipped = tf.customGrad((...args) => {
    const [given, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const value = tf.clipByValue(given, minimum, maximum);
    save([value]);
    const gradFunc = (dy: tf.Tensor, [y]: tf.Tensor[]) => {
      const inside = tf.logicalAnd(tf.greater(y, minimum), tf.less(y, maximum));
      return tf.where(inside, dy, tf.zerosLike(dy));
    };
    return { value, gradFunc: gradFunc as (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor };
  });
  return clipped(x);
}

/** x / max(|x|, ε) over the last axis, as x / √max(Σ x², ε²): the root has no gradient at 0. */
export function l2Normalise(x: tf.Tensor, epsilon: number): tf.Tensor {
  const squares = tf.sum(tf.square(x), -1, true);
  return tf.div(x, tf.sqrt(tf.maximum(squares, epsilon * epsilon)));
}

/** The same values with gradients of 0, where `asConstant` has none: tfjs refuses to differentiate by what has none. */
export function withoutGradient(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [given] = args as [tf.Tensor];
    return { value: tf.clone(given), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) };
  })(x);
}
