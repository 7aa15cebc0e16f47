/**
 * A face mask that falls off towards its rim. At the rim the fitted outline lies a few pixels beside the photo's, so a
 * loss that counts the rim in full writes hair and background into the albedo. This is a variant of ours: the paper's
 * mask is 0 or 1.
 */
import type * as tf from "@tensorflow/tfjs";
import { asConstant } from "../../base/engine/as-constant.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { feather } from "../../graphics/uv/feather.js";

/**
 * @param faceMask `M_face` (Eq. 14), 0 or 1, [B, H, W, 1]
 * @param width over which the mask falls off, as a part of the picture's height, so that it does not depend on
 * resolution: 1/32 is 7 px of 224
 * @returns 0 where the mask is 0, 1 far inside; a constant, [B, H, W, 1]
 */
export function edgeAwareMask(faceMask: tf.Tensor4D, width = 1 / 32): tf.Tensor4D {
  const { H } = checkShapes("edgeAwareMask", { faceMask: [faceMask, ["B", "H", "W", 1]] });
  return asConstant(() => feather(faceMask, Math.max(1, Math.round(width * H))));
}
