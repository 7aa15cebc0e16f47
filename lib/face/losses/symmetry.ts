/**
 * A face's albedo is mostly its own mirror image (Eq. 7): `L_symm = ‖M_uv (A_detail − Â_detail)‖²`, with `Â` the map
 * mirrored about its vertical axis. It fills in what the photo does not show, and
 * takes one-sided light out of the albedo.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { inAmount, type LossAmount, overFor, paperUvSize } from "./loss-amount.js";
import { maskBatch, maskedDifference } from "./masked-difference.js";
import { mirrorMap } from "./mirror-map.js";

/**
 * Differentiable, also through the mirrored map.
 * @param detailedAlbedo `A_detail`, [B, U, U, 3]
 * @param uvMask `M_uv`, [1 or B, U, U, 1]
 * @param amount a mean by default; a sum is the equation as printed
 */
export function symmetryLoss(
  detailedAlbedo: tf.Tensor4D,
  uvMask: tf.Tensor4D,
  amount: LossAmount = "mean",
): tf.Scalar {
  checkShapes("symmetryLoss", {
    detailedAlbedo: [detailedAlbedo, ["B", "U", "U", 3]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return tf.tidy(() => {
    const mirrored = mirrorMap(detailedAlbedo);
    const mean = maskedDifference(detailedAlbedo, mirrored, uvMask, { over: overFor(amount) });
    return inAmount(amount, mean, 3 * paperUvSize ** 2);
  });
}
