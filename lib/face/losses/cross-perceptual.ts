/**
 * Light changes nobody's identity (Eq. 5): a face of B under the detailed light of A is still B,
 * `L_cross-percep = 1 − ⟨e(I_r), e(I_gt)⟩`, with `e` an embedding of length 1.
 *
 * The paper's ArcFace is here any recognition network, as a function: the loss knows none.
 */
import * as tf from "@tensorflow/tfjs";
import { asConstant } from "../../base/engine/as-constant.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";

/** Images [B, S, S, 3] to embeddings [B, D] of any length, on the tape. */
export type Embed = (images: tf.Tensor4D) => tf.Tensor2D;

/**
 * Differentiable in the relit image, as far as `embed` is; the photo is taken as given.
 * @param relit `I_r = R(A′ of B, L′ of A)`, posed as the photo of B, encoded sRGB, [B, S, S, 3]; A is another sample of
 *   the batch
 * @param photo `I_gt`, of B, [B, S, S, 3]
 */
export function crossPerceptualLoss(relit: tf.Tensor4D, photo: tf.Tensor4D, embed: Embed): tf.Scalar {
  checkShapes("crossPerceptualLoss", {
    relit: [relit, ["B", "S", "S", 3]],
    photo: [photo, ["B", "S", "S", 3]],
  });
  return tf.tidy(() => {
    // As a constant: of the photo's embedding no step is kept for the way back.
    const reference = asConstant(() => embed(photo));
    return perceptualLoss(embed(relit), reference);
  });
}

/**
 * Eq. 5 from the embeddings on, for a network that runs apart from the tape: `1 − cos`, averaged over the batch, from 0
 * for the same direction to 2. Differentiable in both; of an embedding of 0 the cosine is 0.
 * @param embeddings of the rendered images, of any length, [B, D]
 * @param references of the photos, [B, D]
 */
export function perceptualLoss(embeddings: tf.Tensor2D, references: tf.Tensor2D): tf.Scalar {
  checkShapes("perceptualLoss", {
    embeddings: [embeddings, ["B", "D"]],
    references: [references, ["B", "D"]],
  });
  return tf.tidy(() => {
    const products = tf.sum(tf.mul(embeddings, references), 1);
    const squares = tf.mul(tf.sum(tf.square(embeddings), 1), tf.sum(tf.square(references), 1));
    const cosines = tf.mul(products, tf.rsqrt(tf.maximum(squares, 1e-24)));
    return tf.sub(1, tf.mean(cosines));
  });
}
