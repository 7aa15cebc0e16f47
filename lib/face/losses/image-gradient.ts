/**
 * The picture should change from pixel to pixel as the photo does (Eq. 15): `L_grad = Σ ‖M_face (Grad(I_r) −
 * Grad(I_gt))‖²`, over x and y. `I_r` is here `R(A′, L)`, under the coarse light, so that details go into the albedo
 * and not into the light.
 *
 * The paper does not define `Grad`. We take the difference of neighbouring pixels, because central differences would
 * not see a checkerboard. A difference counts if both of its pixels lie in the mask: across the rim it would show the
 * background. As a mean, the sum is divided by the number of the mask's pixels and of colours, as in Eq. 16, so that the
 * ratio of the two weights is kept.
 *
 * As in `albedo-smoothness.ts` it is multiplied by the picture's height over the paper's 224, so that it does not
 * change when each pixel is doubled. Without the factor it falls by 1.6 to 2.0 for each doubling (two photos at 112,
 * 224 and 448 px).
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { inAmount, type LossAmount, overFor, paperPictureSize } from "./loss-amount.js";
import { maskBatch } from "./masked-difference.js";
import { neighbourDifferences, pairWeights } from "./neighbour-differences.js";

/**
 * Differentiable in both images.
 * @param rendered `I_r`, encoded sRGB, [B, H, W, 3]
 * @param photo `I_gt`, [B, H, W, 3]
 * @param faceMask `M_face` (Eq. 14), [1 or B, H, W, 1]
 * @param amount a mean by default; a sum is the equation as printed
 */
export function imageGradientLoss(
  rendered: tf.Tensor4D,
  photo: tf.Tensor4D,
  faceMask: tf.Tensor4D,
  amount: LossAmount = "mean",
): tf.Scalar {
  checkShapes("imageGradientLoss", {
    rendered: [rendered, ["B", "H", "W", 3]],
    photo: [photo, ["B", "H", "W", 3]],
    faceMask: [faceMask, [maskBatch(faceMask), "H", "W", 1]],
  });
  // The gradient of a difference is the difference of the gradients.
  return tf.tidy(() => gradientOfDifference(tf.sub(rendered, photo), faceMask, amount));
}

/** Eq. 15 of `I_r − I_gt`. @param difference [B, H, W, 3] @param mask [1 or B, H, W, 1] */
export function gradientOfDifference(
  difference: tf.Tensor4D,
  mask: tf.Tensor4D,
  amount: LossAmount = "mean",
): tf.Scalar {
  return tf.tidy(() => {
    const fineness = difference.shape[1] / paperPictureSize;
    const weights = pairWeights(mask, overFor(amount));
    const mean = tf.mul(neighbourDifferences(difference, weights), fineness) as tf.Scalar;
    return inAmount(amount, mean, 3 * paperPictureSize ** 2);
  });
}
