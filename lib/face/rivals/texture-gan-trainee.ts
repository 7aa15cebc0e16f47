/**
 * How the texture GAN learns: the two players take turns, with the non-saturating losses, one resolution after the
 * other.
 *
 * A penalty keeps the discriminator's slope at real textures small (Mescheder et al. 2018: `γ/2 ‖∇D‖²`). Our networks
 * have no gradients of gradients. But for a random direction v of unit normal numbers `E ((D(x + ε v) − D(x)) / ε)² =
 * ‖∇D‖²` as ε goes to 0, and this needs only first gradients.
 */

import type { Random } from "../../base/tensor/random.js";
import type { GrowingNetwork } from "../../networks/growing-network.js";
import type { ParameterValues } from "../../networks/parameters.js";
import type { NetworkArray, TrainableNetwork } from "../../networks/trainable-network.js";
import { adversarialLosses } from "../losses/adversarial.js";
import { lossSlope } from "../training/adversary.js";
import type { Trainee } from "../training/train.js";

export interface GrowthStage {
  /** Side of the maps. */
  readonly side: number;
  readonly steps: number;
  readonly batchSize: number;
}

export interface TextureGanTraineeOptions {
  readonly generator: GrowingNetwork;
  /** The running mean of the generator, which is used in the end. */
  readonly average: GrowingNetwork;
  readonly discriminator: GrowingNetwork;
  readonly latentSize: number;
  /** Real maps, encoded sRGB in bytes, [U * U * 3]. */
  readonly textures: readonly Uint8Array[];
  /** One for each stage of the networks. */
  readonly stages: readonly GrowthStage[];
  readonly learningRate: number;
  /** γ. */
  readonly slopePenalty: number;
  /** The part of the running mean that is kept in a step. */
  readonly averaging: number;
}

/** ε, in encoded sRGB. */
const nearby = 0.01;

export function textureGanTrainee(options: TextureGanTraineeOptions): Trainee {
  const { generator, average, discriminator, latentSize, textures, stages, learningRate, averaging } =
    options;
  let mean: ParameterValues | undefined;
  return {
    networks: { generator, average, discriminator },
    async step(number, random) {
      const index = stageAt(stages, number);
      const { side, batchSize } = stages[index];
      const begins = number === firstStep(stages, index);
      const painter = await generator.stage(index, begins);
      const judge = await discriminator.stage(index, begins);
      const real = drawTextures(textures, side, batchSize, random.fork("real"));
      const latent = {
        shape: [batchSize, latentSize],
        values: random.fork("latent").normalArray(batchSize * latentSize),
      };
      const { albedo: fake } = await painter.forward({ latent });
      const caught = await learnToJudge(judge, real, fake, options.slopePenalty, random.fork("nearby"));
      await judge.update(learningRate);

      const { logit } = await judge.forward({ albedo: fake }, { parameters: false });
      const fooled = await lossSlope(adversarialLosses.nonSaturating.generator, logit);
      const { albedo } = await judge.backward(
        { logit: fooled.gradient },
        { parameters: false, inputs: ["albedo"] },
      );
      await painter.backward({ albedo: { shape: fake.shape, values: albedo.values.slice() } });
      await painter.update(learningRate);

      const now = await painter.parameters();
      mean ??= await average.parameters();
      // A resolution that has just joined has no running mean yet.
      mean = { ...mean, ...moved(begins ? now : mean, now, averaging) };
      average.setParameters(mean);
      return { side, ...caught, generator: fooled.loss, total: caught.discriminator + fooled.loss };
    },
  };
}

/** The stage that a step belongs to. */
export function stageAt(stages: readonly GrowthStage[], step: number): number {
  const index = stages.findIndex((_, i) => step < firstStep(stages, i + 1));
  return index < 0 ? stages.length - 1 : index;
}

const firstStep = (stages: readonly GrowthStage[], index: number) =>
  stages.slice(0, index).reduce((sum, { steps }) => sum + steps, 0);

function moved(mean: ParameterValues, now: ParameterValues, kept: number): ParameterValues {
  return Object.fromEntries(
    Object.entries(now).map(([name, values]) => [
      name,
      values.map((value, i) => value + kept * (mean[name][i] - value)),
    ]),
  );
}

/** Accumulates the discriminator's gradients. */
async function learnToJudge(
  judge: TrainableNetwork,
  real: NetworkArray,
  fake: NetworkArray,
  slopePenalty: number,
  random: Random,
): Promise<{ discriminator: number; slope: number }> {
  const batch = real.shape[0];
  const beside = real.values.map((value) => value + nearby * random.normal());
  const values = new Float32Array(3 * real.values.length);
  [real.values, beside, fake.values].forEach((part, i) => {
    values.set(part, i * real.values.length);
  });
  const { logit } = await judge.forward({ albedo: { shape: [3 * batch, ...real.shape.slice(1)], values } });
  const part = (i: number) => logit.values.slice(i * batch, (i + 1) * batch);
  const believed = await lossSlope(adversarialLosses.nonSaturating.real, {
    shape: [batch, 1],
    values: part(0),
  });
  const caught = await lossSlope(adversarialLosses.nonSaturating.fake, {
    shape: [batch, 1],
    values: part(2),
  });
  const slopes = part(1).map((value, i) => (value - logit.values[i]) / nearby);
  const push = slopes.map((value) => (slopePenalty * value) / nearby / batch);
  const gradient = new Float32Array(3 * batch);
  gradient.set(believed.gradient.values.map((value, i) => value - push[i]));
  gradient.set(push, batch);
  gradient.set(caught.gradient.values, 2 * batch);
  await judge.backward({ logit: { shape: [3 * batch, 1], values: gradient } });
  const slope = Math.sqrt(slopes.reduce((sum, value) => sum + value * value, 0) / batch);
  return { discriminator: believed.loss + caught.loss, slope };
}

/** Draws some of the maps, made smaller, each as it is or mirrored. Mirroring the map mirrors the face. */
export function drawTextures(
  textures: readonly Uint8Array[],
  side: number,
  count: number,
  random: Random,
): NetworkArray {
  const values = new Float32Array(count * side * side * 3);
  for (let n = 0; n < count; n++) {
    const texture = textures[random.integer(textures.length)];
    const mirrored = random.integer(2) === 1;
    const full = Math.sqrt(texture.length / 3);
    const times = full / side;
    const out = values.subarray(n * side * side * 3, (n + 1) * side * side * 3);
    for (let y = 0, i = 0; y < full; y++) {
      for (let x = 0; x < full; x++, i += 3) {
        const column = Math.floor((mirrored ? full - 1 - x : x) / times);
        const o = 3 * (Math.floor(y / times) * side + column);
        for (let c = 0; c < 3; c++) out[o + c] += texture[i + c] / (255 * times * times);
      }
    }
  }
  return { shape: [count, side, side, 3], values };
}
