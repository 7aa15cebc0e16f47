/**
 * The picture should be the photo (Eq. 16): `L_img = Σ ‖M_face (I_r − I_gt)‖²`, as a mean over the mask's pixels and
 * the colours, with `I_r = R(A′, L′)`.
 */
import type * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { maskBatch, maskedDifference } from "./masked-difference.js";

/**
 * Differentiable in both images.
 * @param rendered `I_r`, encoded sRGB, [B, H, W, 3]
 * @param photo `I_gt`, [B, H, W, 3]
 * @param faceMask `M_face` (Eq. 14), [1 or B, H, W, 1]
 */
export function imageLoss(rendered: tf.Tensor4D, photo: tf.Tensor4D, faceMask: tf.Tensor4D): tf.Scalar {
  checkShapes("imageLoss", {
    rendered: [rendered, ["B", "H", "W", 3]],
    photo: [photo, ["B", "H", "W", 3]],
    faceMask: [faceMask, [maskBatch(faceMask), "H", "W", 1]],
  });
  return maskedDifference(rendered, photo, faceMask);
}
