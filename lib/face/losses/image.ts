/**
 * The picture should be the photo (Eq. 16): `L_img = Σ ‖M_face (I_r − I_gt)‖²`, with `I_r = R(A′, L′)`.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { inAmount, type LossAmount, overFor, paperPictureSize } from "./loss-amount.js";
import { maskBatch, maskedDifference } from "./masked-difference.js";

/**
 * Differentiable in both images.
 * @param rendered `I_r`, encoded sRGB, [B, H, W, 3]
 * @param photo `I_gt`, [B, H, W, 3]
 * @param faceMask `M_face` (Eq. 14), [1 or B, H, W, 1]
 * @param amount a mean by default; a sum is the equation as printed
 */
export function imageLoss(
  rendered: tf.Tensor4D,
  photo: tf.Tensor4D,
  faceMask: tf.Tensor4D,
  amount: LossAmount = "mean",
): tf.Scalar {
  checkShapes("imageLoss", {
    rendered: [rendered, ["B", "H", "W", 3]],
    photo: [photo, ["B", "H", "W", 3]],
    faceMask: [faceMask, [maskBatch(faceMask), "H", "W", 1]],
  });
  return tf.tidy(() => {
    const mean = maskedDifference(rendered, photo, faceMask, { over: overFor(amount) });
    return inAmount(amount, mean, 3 * paperPictureSize ** 2);
  });
}
