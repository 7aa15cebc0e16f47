/**
 * The detailed albedo is smooth where the prior albedo is (Eq. 8, 9):
 * `L_smooth = Σ_i Σ_{j∈N(i)} ω(i, j) ‖A_detail(i) − A_detail(j)‖²`, `ω(i, j) = exp(−α ‖A_prior(i) − A_prior(j)‖²)`.
 *
 * The paper leaves three things open. `N(i)` is ours to be the four nearest texels. Pairs count where both lie in the
 * uv mask. The sum is divided by the mask's texels and the colours, like Eq. 7 and 10, so that the weights among these
 * keep their ratios.
 *
 * Neighbours differ the less the finer the map: across edges, half the texels are beside one at twice the resolution. So
 * the loss is multiplied by U/256, is Eq. 8 itself at the paper's 256, and of a map with each texel doubled stays what it
 * is. Of the delit textures of two photos, at uv 128, 256 and 512 from pictures of 112, 224 and 448 px, it falls
 * without that by 1.7 to 2.5 a doubling.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { maskBatch } from "./masked-difference.js";
import { guidedPairWeights, neighbourDifferences } from "./neighbour-differences.js";

/** The uv maps' side in the paper, section 4.3, at which differences of neighbours count as they are. */
export const paperUvSize = 256;

/** The paper's α, chosen there after Tewari et al. (its reference 15), for colours in [0, 1]. */
export const paperAlpha = 80;

/**
 * Differentiable in the detailed albedo; the prior is taken as given.
 * @param detailedAlbedo `A_detail`, [B, U, U, 3]
 * @param priorAlbedo `A_prior`, in [0, 1], [B, U, U, 3]
 * @param uvMask `M_uv`, [1 or B, U, U, 1]
 * @param alpha `α`, `paperAlpha` if not given; with 0 every pair counts alike
 */
export function albedoSmoothnessLoss(
  detailedAlbedo: tf.Tensor4D,
  priorAlbedo: tf.Tensor4D,
  uvMask: tf.Tensor4D,
  alpha = paperAlpha,
): tf.Scalar {
  const { U } = checkShapes("albedoSmoothnessLoss", {
    detailedAlbedo: [detailedAlbedo, ["B", "U", "U", 3]],
    priorAlbedo: [priorAlbedo, ["B", "U", "U", 3]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return tf.tidy(() => {
    const weights = guidedPairWeights(uvMask, priorAlbedo, alpha);
    // The sum meets each pair twice, as i, j and as j, i.
    return tf.mul(neighbourDifferences(detailedAlbedo, weights), (2 * U) / paperUvSize);
  });
}
