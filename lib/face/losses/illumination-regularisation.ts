/**
 * Keeps the light of each texel near the coarse light of the whole face (Eq. 4):
 * `L_reg-illu = ‖M_uv (L_detail − L_coarse)‖²`, over texels and their 27 numbers.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { inAmount, type LossAmount, overFor, paperUvSize } from "./loss-amount.js";
import { maskBatch, maskedDifference } from "./masked-difference.js";

/**
 * Differentiable in both lights.
 * @param detailedLight `L_detail`, SH coefficients, colour-major, [B, U, U, 27]
 * @param coarseLight `L_coarse`, [B, 27]; it is compared with every texel without a map of it being made
 * @param uvMask `M_uv`, [1 or B, U, U, 1]
 * @param amount a mean by default; a sum is the equation as printed
 */
export function illuminationRegularisation(
  detailedLight: tf.Tensor4D,
  coarseLight: tf.Tensor2D,
  uvMask: tf.Tensor4D,
  amount: LossAmount = "mean",
): tf.Scalar {
  checkShapes("illuminationRegularisation", {
    detailedLight: [detailedLight, ["B", "U", "U", lightSize]],
    coarseLight: [coarseLight, ["B", lightSize]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return tf.tidy(() => {
    const mean = maskedDifference(detailedLight, everywhere(coarseLight), uvMask, { over: overFor(amount) });
    return inAmount(amount, mean, lightSize * paperUvSize ** 2);
  });
}

/** A light for each image, as a map of one texel. @param light [B, 27] @returns [B, 1, 1, 27] */
export function everywhere(light: tf.Tensor2D): tf.Tensor4D {
  return tf.reshape(light, [light.shape[0], 1, 1, lightSize]);
}
