/**
 * The detailed albedo is smooth where the prior albedo is (Eq. 8, 9): `L_smooth = Σ_i Σ_{j∈N(i)} ω(i, j) ‖A_detail(i) −
 * A_detail(j)‖²`, `ω(i, j) = exp(−α ‖A_prior(i) − A_prior(j)‖²)`.
 *
 * The paper leaves three things open. We take the four nearest texels for `N(i)`. A pair counts if both texels lie in
 * the uv mask. As a mean, the sum is divided by the number of the mask's texels and of colours, as in Eq. 7 and 10, so
 * that the ratios of their weights are kept.
 *
 * The finer a map is, the less its neighbours differ: at twice the resolution half as large a part of the texels lies
 * at an edge. So the loss is multiplied by U/256. At the paper's 256 it is Eq. 8 itself, and it does not change when
 * each texel is doubled. Without the factor it falls by 1.7 to 2.5 for each doubling (delit textures of two photos at
 * uv 128, 256 and 512, from pictures of 112, 224 and 448 px).
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { inAmount, type LossAmount, overFor, paperUvSize } from "./loss-amount.js";
import { maskBatch } from "./masked-difference.js";
import { guidedPairWeights, neighbourDifferences } from "./neighbour-differences.js";

/** The paper's α, which it takes from Tewari et al. (its reference 15), for colours in [0, 1]. */
export const paperAlpha = 80;

/**
 * The loss is differentiable in the detailed albedo; the prior albedo is a constant.
 * @param detailedAlbedo `A_detail`, [B, U, U, 3]
 * @param priorAlbedo `A_prior`, in [0, 1], [B, U, U, 3]
 * @param uvMask `M_uv`, [1 or B, U, U, 1]
 * @param alpha `α`, `paperAlpha` by default; with 0 all pairs count alike
 * @param amount a mean by default; a sum is the equation as printed
 */
export function albedoSmoothnessLoss(
  detailedAlbedo: tf.Tensor4D,
  priorAlbedo: tf.Tensor4D,
  uvMask: tf.Tensor4D,
  alpha = paperAlpha,
  amount: LossAmount = "mean",
): tf.Scalar {
  const { U } = checkShapes("albedoSmoothnessLoss", {
    detailedAlbedo: [detailedAlbedo, ["B", "U", "U", 3]],
    priorAlbedo: [priorAlbedo, ["B", "U", "U", 3]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return tf.tidy(() => {
    const weights = guidedPairWeights(uvMask, priorAlbedo, alpha, overFor(amount));
    // The sum meets each pair twice, as i, j and as j, i.
    const mean = tf.mul(neighbourDifferences(detailedAlbedo, weights), (2 * U) / paperUvSize) as tf.Scalar;
    return inAmount(amount, mean, 3 * paperUvSize ** 2);
  });
}
