/**
 * Two pictures should be alike in style (Gatys et al. 2016): in the products of their features, whatever the place. The
 * paper does not have this term; the authors' code has it, with FaceNet's features and a weight of 1.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";

/**
 * The mean squared difference of the Gram matrices `1/HW Σ_p f_c(p) f_d(p)`. Differentiable in both.
 *
 * The authors' code multiplies in the other way, places with places over the channels, which says how alike two places
 * of the picture are: `"places"`, with `1/(4 H²W²) Σ (…)²` as in that code.
 * @param features of the rendered images, [B, H, W, C]
 * @param references of the photos, [B, H, W, C]
 */
export function styleLoss(
  features: tf.Tensor4D,
  references: tf.Tensor4D,
  products: "channels" | "places" = "channels",
): tf.Scalar {
  const { H, W } = checkShapes("styleLoss", {
    features: [features, ["B", "H", "W", "C"]],
    references: [references, ["B", "H", "W", "C"]],
  });
  const places = H * W;
  return tf.tidy(() => {
    const gram = (maps: tf.Tensor4D) => {
      const rows = tf.reshape(maps, [maps.shape[0], places, -1]);
      return products === "channels"
        ? tf.div(tf.matMul(rows, rows, true, false), places)
        : tf.matMul(rows, rows, false, true);
    };
    const square = tf.square(tf.sub(gram(features), gram(references)));
    // There are H²W² products of places, so their sum over 4 H²W² is a quarter of their mean.
    return tf.mul(tf.mean(square), products === "channels" ? 1 : 1 / 4) as tf.Scalar;
  });
}
