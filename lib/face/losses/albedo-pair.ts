/**
 * One skin under two lights has one albedo, up to its brightness and the tint of the light, which no photo tells:
 * `L_pair = ‖M (A′₁ / m₁ − A′₂ / m₂)‖²`, with `A′₁` and `A′₂` made from two photos of the same skin and `m` the mean colour of
 * each (ours, not in the paper). Without the means the least difference is that of one brightness for all faces: the albedo of
 * every photo went dark within sixty steps. Alone the loss would be content with the prior albedo; the image gradient loss
 * (Eq. 15) fills the albedo meanwhile.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { maskedDifference } from "./masked-difference.js";

/** A mean colour is at least this, so that a black albedo is not divided by 0. */
const leastMean = 0.02;

/**
 * Differentiable in both albedos of a pair, through their means too.
 * @param detailedAlbedo `A′` of pairs that lie next to each other, 0 and 1, 2 and 3, and so on, [2 P, U, U, 3]
 * @param seenInBoth `M`: how much each texel counts, 0 where not both photos of a pair show it, [P, U, U, 1]
 * @returns the mean over texels and colours; 0 for a pair of which nothing is seen in both
 */
export function albedoPairLoss(detailedAlbedo: tf.Tensor4D, seenInBoth: tf.Tensor4D): tf.Scalar {
  const [pairs, side] = seenInBoth.shape;
  checkShapes("albedoPairLoss", {
    detailedAlbedo: [detailedAlbedo, [2 * pairs, "U", "U", 3]],
    seenInBoth: [seenInBoth, [pairs, "U", "U", 1]],
  });
  return tf.tidy(() => {
    const both = tf.reshape(detailedAlbedo, [pairs, 2, side, side, 3]);
    const counted = tf.maximum(tf.sum(seenInBoth, [1, 2], true), 1e-6);
    const [first, second] = tf.unstack(both, 1).map((albedo) => {
      const mean = tf.div(tf.sum(tf.mul(albedo, seenInBoth), [1, 2], true), counted);
      return tf.div(albedo, tf.maximum(mean, leastMean));
    }) as tf.Tensor4D[];
    return maskedDifference(first, second, seenInBoth);
  });
}
