/**
 * Eq. 15 at several scales: the picture should change as the photo does over 2, 4, … pixels too. Pores and the camera's
 * noise show from one pixel to the next; a brow, a fold or the rim of a shadow shows over several. This is a variant of
 * ours, not the paper's.
 */
import * as tf from "@tensorflow/tfjs";
import { asConstant } from "../../base/engine/as-constant.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { gradientOfDifference } from "./image-gradient.js";
import { maskBatch } from "./masked-difference.js";

/**
 * The mean of Eq. 15 over the scales, each half the size of the one before. A pixel of a coarser scale is the mean of
 * its pixels in the mask, and counts by how many those are. Differentiable in both images.
 * @param rendered `I_r`, encoded sRGB, [B, H, W, 3]; with sides that halve `scales − 1` times
 * @param photo `I_gt`, [B, H, W, 3]
 * @param faceMask `M_face`, [1 or B, H, W, 1]
 * @param scales how many scales; 1 is Eq. 15 itself
 */
export function multiScaleGradientLoss(
  rendered: tf.Tensor4D,
  photo: tf.Tensor4D,
  faceMask: tf.Tensor4D,
  scales = 3,
): tf.Scalar {
  const { H, W } = checkShapes("multiScaleGradientLoss", {
    rendered: [rendered, ["B", "H", "W", 3]],
    photo: [photo, ["B", "H", "W", 3]],
    faceMask: [faceMask, [maskBatch(faceMask), "H", "W", 1]],
  });
  const parts = 2 ** (scales - 1);
  if (!(scales >= 1 && H % parts === 0 && W % parts === 0)) {
    const problem = `should be at least 1, and halve ${H} x ${W} to whole numbers, but is ${scales}`;
    throw new Error(`multiScaleGradientLoss: \`scales\` ${problem}.`);
  }
  return tf.tidy(() => {
    let [difference, mask] = [tf.sub<tf.Tensor4D>(rendered, photo), faceMask];
    const losses: tf.Scalar[] = [gradientOfDifference(difference, mask)];
    while (losses.length < scales) {
      const coarser = asConstant(() => tf.avgPool(mask, 2, 2, "valid"));
      const share = asConstant(() => tf.maximum<tf.Tensor4D>(coarser, 1e-6));
      difference = tf.div(tf.avgPool(tf.mul<tf.Tensor4D>(difference, mask), 2, 2, "valid"), share);
      mask = coarser;
      losses.push(gradientOfDifference(difference, mask));
    }
    return tf.div(tf.addN(losses), scales);
  });
}
