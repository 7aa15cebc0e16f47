/**
 * Light does not change who a face is (Eq. 5): the face of B under the detailed light of A is still B, `L_cross-percep
 * = 1 − ⟨e(I_r), e(I_gt)⟩`, with `e` an embedding of length 1.
 *
 * In place of the paper's ArcFace any recognition network can be used: the loss receives it as a function.
 */
import * as tf from "@tensorflow/tfjs";
import { asConstant } from "../../base/engine/as-constant.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";

/** Turns images [B, S, S, 3] into embeddings [B, D] of any length, on the tape. */
export type Embed = (images: tf.Tensor4D) => tf.Tensor2D;

/**
 * The loss is differentiable in the relit image, as far as `embed` is; the photo is a constant.
 * @param relit `I_r = R(A′ of B, L′ of A)`, posed as the photo of B, encoded sRGB, [B, S, S, 3]; A is another sample of
 * the batch
 * @param photo `I_gt`, of B, [B, S, S, 3]
 */
export function crossPerceptualLoss(relit: tf.Tensor4D, photo: tf.Tensor4D, embed: Embed): tf.Scalar {
  checkShapes("crossPerceptualLoss", {
    relit: [relit, ["B", "S", "S", 3]],
    photo: [photo, ["B", "S", "S", 3]],
  });
  return tf.tidy(() => {
    // As a constant, so that no step of the photo's embedding is kept for the gradient.
    const reference = asConstant(() => embed(photo));
    return perceptualLoss(embed(relit), reference);
  });
}

/**
 * Eq. 5 from embeddings, for a network that runs outside the tape: `1 − cos`, averaged over the batch, from 0 (the same
 * direction) to 2. It is differentiable in both. The cosine of an embedding of length 0 is 0.
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
