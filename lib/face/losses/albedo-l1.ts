/**
 * Keeps the detailed albedo near the prior one (Eq. 10): `L_L1 = |M_uv (A_detail − A_prior)|`. It only gives a first direction: after one epoch its weight is 0 (section 4.3).
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { inAmount, type LossAmount, overFor, paperUvSize } from "./loss-amount.js";
import { maskBatch, maskedDifference } from "./masked-difference.js";

/**
 * The loss is differentiable in both albedos; the slope at equal values is 0.
 * @param detailedAlbedo `A_detail`, [B, U, U, 3]
 * @param priorAlbedo `A_prior`, [B, U, U, 3]
 * @param uvMask `M_uv`, [1 or B, U, U, 1]
 * @param amount a mean by default; a sum is the equation as printed
 */
export function albedoL1Loss(
  detailedAlbedo: tf.Tensor4D,
  priorAlbedo: tf.Tensor4D,
  uvMask: tf.Tensor4D,
  amount: LossAmount = "mean",
): tf.Scalar {
  checkShapes("albedoL1Loss", {
    detailedAlbedo: [detailedAlbedo, ["B", "U", "U", 3]],
    priorAlbedo: [priorAlbedo, ["B", "U", "U", 3]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return tf.tidy(() => {
    const options = { distance: "absolute", over: overFor(amount) } as const;
    const mean = maskedDifference(detailedAlbedo, priorAlbedo, uvMask, options);
    return inAmount(amount, mean, 3 * paperUvSize ** 2);
  });
}
