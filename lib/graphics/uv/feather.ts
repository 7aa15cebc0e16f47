/** Soft rims of masks. */
import * as tf from "@tensorflow/tfjs";

/**
 * Lets a mask of 0 and 1 fall off smoothly inward, so that no seam shows where two maps meet.
 * @param mask 0 or 1, [B, U, U, 1]
 * @param radius texels over which it falls
 * @returns 0 where `mask` is 0, [B, U, U, 1]
 */
export function feather(mask: tf.Tensor4D, radius: number): tf.Tensor4D {
  return tf.tidy(() => {
    // Twice the blurred mask less one is 0 at a straight rim and 1 at `radius` inside it.
    let blurred = mask;
    for (let i = 0; i < 2; i++) blurred = tf.avgPool(blurred, radius + 1, 1, "same");
    return tf.mul(mask, tf.clipByValue(tf.sub(tf.mul(blurred, 2), 1), 0, 1)) as tf.Tensor4D;
  });
}
