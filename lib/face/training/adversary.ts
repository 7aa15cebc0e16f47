/**
 * The two players of Eq. 11 and 12 around one discriminator: what the generator learns from it, and what it learns
 * itself (detailed albedos are fake, prior albedos are real). One look at a detailed albedo serves both.
 */
import * as tf from "@tensorflow/tfjs";
import type { NetworkArray, TrainableNetwork } from "../../networks/trainable-network.js";
import { type AdversarialLoss, adversarialLosses } from "../losses/adversarial.js";

export interface Adversary {
  /**
   * Accumulates the discriminator's gradients; its `update` is left to the caller.
   * @param detailed `A′`, [B, U, U, 3]
   * @param prior `A`, [B, U, U, 3]
   * @returns both losses, and the gradient of the generator's with respect to `A′`; it is valid until the next call
   */
  play(
    detailed: NetworkArray,
    prior: NetworkArray,
  ): Promise<{ generator: number; discriminator: number; toDetailed: Float32Array }>;
}

export function adversary(
  network: TrainableNetwork,
  losses: AdversarialLoss = adversarialLosses.nonSaturating,
): Adversary {
  return {
    async play(detailed, prior) {
      const { logits: fake } = await network.forward({ albedo: detailed });
      const fooled = await lossSlope(losses.generator, fake);
      const caught = await lossSlope(losses.fake, fake);
      const back = await network.backward(
        { logits: fooled.gradient },
        { parameters: false, inputs: ["albedo"] },
      );
      const toDetailed = back.albedo.values.slice();
      await network.backward({ logits: caught.gradient });
      const { logits: real } = await network.forward({ albedo: prior });
      const believed = await lossSlope(losses.real, real);
      await network.backward({ logits: believed.gradient });
      return { generator: fooled.loss, discriminator: caught.loss + believed.loss, toDetailed };
    },
  };
}

/** A loss of logits, and its gradient with respect to them. */
export async function lossSlope(
  loss: (logits: tf.Tensor) => tf.Scalar,
  { shape, values }: NetworkArray,
): Promise<{ loss: number; gradient: NetworkArray }> {
  const { value, grad } = tf.tidy(() => tf.valueAndGrad((x) => loss(x))(tf.tensor(values, [...shape])));
  const [[number], gradient] = await Promise.all([value.data<"float32">(), grad.data<"float32">()]);
  tf.dispose([value, grad]);
  return { loss: number, gradient: { shape, values: gradient.slice() } };
}
