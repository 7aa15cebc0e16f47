/**
 * A discriminator should not be able to tell the detailed albedo from a prior albedo (Eq. 11, 12): `L_GAN_D = E log(1 −
 * D(A_detail)) + E log D(A_prior)`, `L_GAN_G = E log D(A_detail)`.
 *
 * As printed, each of the two players maximises its own loss, while Eq. 13 adds `L_GAN_G` to losses that are minimised.
 * So here both have the opposite sign and are minimised. The generator's is the non-saturating form: it has a slope
 * even where the discriminator is sure.
 *
 * `D` is the sigmoid of the discriminator's logits, one for each patch; a positive logit means real. The expectations
 * run over patches and batch. Written with logits, no logarithm of 0 can occur: `−log D = softplus(−x)`.
 */
import * as tf from "@tensorflow/tfjs";

/** Each function takes logits [B, P, P, 1] (or of any shape), is differentiable in them, and is to be minimised. */
export interface AdversarialLoss {
  /** The discriminator's loss for prior albedos. */
  real(logits: tf.Tensor): tf.Scalar;
  /** The discriminator's loss for detailed albedos. */
  fake(logits: tf.Tensor): tf.Scalar;
  /** The generator's loss for detailed albedos. */
  generator(logits: tf.Tensor): tf.Scalar;
}

const mean = (f: (logits: tf.Tensor) => tf.Tensor) => (logits: tf.Tensor) =>
  tf.tidy(() => tf.mean(f(logits)) as tf.Scalar);

/** `−log D` and `−log(1 − D)`: Eq. 11 and 12. */
const called = {
  real: mean((logits) => tf.softplus(tf.neg(logits))),
  fake: mean((logits) => tf.softplus(logits)),
};

/**
 * The losses by name. `nonSaturating` is the paper's. `saturating` is the minimax game of Goodfellow et al. 2014, whose
 * generator minimises `log(1 − D)`. `leastSquares` (Mao et al. 2017), which the authors' code offers too, aims at
 * logits of 1 and 0.
 */
export const adversarialLosses = {
  nonSaturating: { ...called, generator: called.real },
  saturating: { ...called, generator: mean((logits) => tf.neg(tf.softplus(logits))) },
  leastSquares: {
    real: mean((logits) => tf.square(tf.sub(logits, 1))),
    fake: mean((logits) => tf.square(logits)),
    generator: mean((logits) => tf.square(tf.sub(logits, 1))),
  },
} as const satisfies Record<string, AdversarialLoss>;

/**
 * `−L_GAN_D`, Eq. 11. A step that runs the discriminator separately on real and fake albedos takes the two terms one by
 * one.
 * @param fakeLogits of detailed albedos, [B, P, P, 1]
 * @param realLogits of prior albedos, [B, P, P, 1]
 */
export function discriminatorLoss(
  fakeLogits: tf.Tensor,
  realLogits: tf.Tensor,
  { fake, real }: AdversarialLoss = adversarialLosses.nonSaturating,
): tf.Scalar {
  return tf.tidy(() => tf.add(fake(fakeLogits), real(realLogits)));
}

/** `−L_GAN_G`, Eq. 12. @param fakeLogits of detailed albedos, [B, P, P, 1] */
export function generatorLoss(
  fakeLogits: tf.Tensor,
  { generator }: AdversarialLoss = adversarialLosses.nonSaturating,
): tf.Scalar {
  return generator(fakeLogits);
}
