/**
 * The picture changes from pixel to pixel as the photo does (Eq. 15):
 * `L_grad = Σ ‖M_face (Grad(I_r) − Grad(I_gt))‖²`, over x and y. `I_r` is here `R(A′, L)`, under the coarse light, so
 * that details go into the albedo and not into the light.
 *
 * `Grad` is ours to be the difference of neighbouring pixels: central differences would not see a checkerboard. A
 * difference counts where both of its pixels lie in the mask, as one across the rim is of the background. The sum is
 * divided by the mask's pixels and the colours, like Eq. 16, so that the two keep the ratio of their weights.
 *
 * As in `albedo-smoothness.ts` it is multiplied by the picture's height over the paper's 224, so that it stays what it is
 * when each pixel is doubled. Of two photos at 112, 224 and 448 px it falls without that by 1.6 to 2.0 a doubling.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { maskBatch } from "./masked-difference.js";
import { neighbourDifferences, pairWeights } from "./neighbour-differences.js";

/** The pictures' side in the paper, section 4.3, at which differences of neighbours count as they are. */
export const paperPictureSize = 224;

/**
 * Differentiable in both images.
 * @param rendered `I_r`, encoded sRGB, [B, H, W, 3]
 * @param photo `I_gt`, [B, H, W, 3]
 * @param faceMask `M_face` (Eq. 14), [1 or B, H, W, 1]
 */
export function imageGradientLoss(
  rendered: tf.Tensor4D,
  photo: tf.Tensor4D,
  faceMask: tf.Tensor4D,
): tf.Scalar {
  checkShapes("imageGradientLoss", {
    rendered: [rendered, ["B", "H", "W", 3]],
    photo: [photo, ["B", "H", "W", 3]],
    faceMask: [faceMask, [maskBatch(faceMask), "H", "W", 1]],
  });
  // The gradient of a difference is the difference of the gradients.
  return tf.tidy(() => gradientOfDifference(tf.sub(rendered, photo), faceMask));
}

/** Eq. 15 of `I_r − I_gt`. @param difference [B, H, W, 3] @param mask [1 or B, H, W, 1] */
export function gradientOfDifference(difference: tf.Tensor4D, mask: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => {
    const fineness = difference.shape[1] / paperPictureSize;
    return tf.mul(neighbourDifferences(difference, pairWeights(mask)), fineness);
  });
}
