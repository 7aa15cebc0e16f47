/**
 * A training step of the detail refinement (section 4.2): generator `[A | T] → A′, L′`, the three pictures `R(A′, L′)`,
 * `R(A′, L)` and `R(A′ of B, L′ of A)`, all losses (Eq. 18), then one update of the generator and one of the
 * discriminator, by accumulation over micro-batches.
 *
 * B is the next sample of the micro-batch. If a micro-batch has one sample, B is the sample before it, in a ring over
 * the step. Its albedo is then a constant, because the loss is there to mend the light of A.
 *
 * With partners, each face comes with a second photo of its skin under another light, and both count as samples of the batch.
 */

import type { Random } from "../../base/tensor/random.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import type { DetailMaps } from "../detail/base-maps.js";
import { type DetailBatch, detailBatch, disposeDetailBatch } from "../detail/detail-batch.js";
import { detailMaps, type MapBase, outputGradients } from "../detail/detail-maps.js";
import type { DetailSample } from "../detail/detail-sample.js";
import type { DetailSamples } from "../detail/detail-sample-file.js";
import { adversarialLosses } from "../losses/adversarial.js";
import type { LossTerm, LossWeights } from "../losses/loss-weights.js";
import { learningRateAt, lossWeightsAt, type TrainingSchedule } from "../losses/training-schedule.js";
import type { Terms } from "../metrics/terms.js";
import { adversary } from "./adversary.js";
import { epochOrder } from "./epoch-order.js";
import type { IdentityLoss } from "./identity-loss.js";
import { type DetailLossOptions, type LitFace, mapGradients, type StepStage } from "./map-gradients.js";

export interface DetailStepOptions {
  readonly samples: DetailSamples;
  /** The same faces under a second light, number by number and with the same geometry. */
  readonly partners?: DetailSamples;
  /** Which samples an epoch takes, in which order; `epochOrder`, by default. */
  readonly order?: (size: number, seed: number, epoch: number) => readonly number[];
  /** The refiner. */
  readonly generator: TrainableNetwork;
  /** May be left out if the adversarial weight is 0. */
  readonly discriminator?: TrainableNetwork;
  /** May be left out if the cross perceptual weight is 0. */
  readonly identity?: IdentityLoss;
  /** `M_uv`, where the maps' losses count, [U * U]. */
  readonly uvMask: Float32Array;
  readonly base: MapBase;
  readonly losses: DetailLossOptions;
  readonly schedule: TrainingSchedule;
  /** In every how many steps the adversary is asked, with as many times the weight; 1 by default. */
  readonly adversaryEvery?: number;
  /** How many samples are computed at once; it divides the batch size. */
  readonly microBatch: number;
  /** Decides the order of the samples in each epoch. */
  readonly seed: number;
  /** Called when a stage starts, so that a runner can take the time. */
  readonly onStage?: (stage: StepStage) => void;
}

export type DetailStep = (step: number, random: Random) => Promise<Terms>;

/** The numbers of the faces that a step takes, of those that decide it. */
export function facesOfStep(
  step: number,
  {
    samples,
    partners,
    schedule: { batchSize },
    seed,
    order = epochOrder,
  }: Pick<DetailStepOptions, "samples" | "partners" | "schedule" | "seed" | "order">,
): { readonly epoch: number; readonly faces: readonly number[] } {
  const count = partners ? batchSize / 2 : batchSize;
  const stepsPerEpoch = Math.max(1, Math.floor(samples.size / count));
  const epoch = Math.floor(step / stepsPerEpoch);
  const numbers = order(samples.size, seed, epoch);
  const first = (step % stepsPerEpoch) * count;
  return {
    epoch,
    faces: Array.from({ length: count }, (_, i) => numbers[(first + i) % numbers.length]),
  };
}

/** @returns a `step` for `train` */
export function createDetailStep(options: DetailStepOptions): DetailStep {
  const { samples, partners, generator, discriminator, schedule, microBatch } = options;
  const { adversaryEvery = 1, onStage = () => {} } = options;
  const { batchSize } = schedule;
  checkOptions(options);
  return async (step, random) => {
    const { epoch, faces: chosen } = facesOfStep(step, options);
    const scheduled = lossWeightsAt(options.losses.weights, schedule, epoch);
    const played = step % adversaryEvery === 0 ? adversaryEvery * scheduled.adversarial : 0;
    const weights = { ...scheduled, adversarial: played };
    const sums: Record<string, number> = {};
    const read = async (i: number): Promise<[DetailSample, Random]> => [
      await (partners ? [samples, partners][i % 2].read(chosen[i >> 1]) : samples.read(chosen[i])),
      random.fork(`sample ${i}`),
    ];
    const load = async (first: number) => {
      const drawn: [DetailSample, Random][] = [];
      for (let i = first; i < first + microBatch; i++) drawn.push(await read(i));
      const [given, noise] = [drawn.map(([sample]) => sample), drawn.map(([, stream]) => stream)];
      return detailBatch(given, noise, { ...batchOptions(options), pairs: partners !== undefined });
    };
    let previous: LitFace | undefined;
    if (microBatch === 1 && weights.crossPerceptual > 0) {
      onStage("samples");
      previous = await predictFace(options, await read(batchSize - 1));
    }
    await inTurn(
      batchSize / microBatch,
      (i) => load(i * microBatch),
      async (batch) => {
        const { terms, maps } = await learn(options, batch, weights, previous);
        for (const [name, value] of Object.entries(terms)) {
          sums[name] = (sums[name] ?? 0) + (value * microBatch) / batchSize;
        }
        if (previous) previous = { sample: batch.samples[0], albedo: maps.albedo.values };
      },
      onStage,
    );
    onStage("update");
    const learningRate = learningRateAt(schedule, epoch);
    await generator.update(learningRate);
    if (weights.adversarial > 0) await discriminator!.update(learningRate);
    return sums;
  };
}

/** Loads each batch while the networks work on the one before; they have a thread of their own. */
async function inTurn(
  count: number,
  load: (i: number) => Promise<DetailBatch>,
  use: (batch: DetailBatch) => Promise<void>,
  onStage: (stage: StepStage) => void,
): Promise<void> {
  let coming = load(0);
  for (let i = 0; i < count; i++) {
    onStage("samples");
    const batch = await coming;
    const more = i + 1 < count;
    if (more) coming = load(i + 1);
    try {
      await use(batch);
    } catch (error) {
      if (more) await coming.then(disposeDetailBatch, () => {});
      throw error;
    } finally {
      disposeDetailBatch(batch);
    }
  }
}

const batchOptions = ({ base, losses }: Pick<DetailStepOptions, "base" | "losses">) => ({
  base,
  openings: losses.openings,
});

/** Forward pass, losses and backward pass of one micro-batch. */
async function learn(
  options: DetailStepOptions,
  batch: DetailBatch,
  weights: LossWeights,
  previous: LitFace | undefined,
): Promise<{ terms: Terms; maps: DetailMaps }> {
  const { generator, base, losses, onStage = () => {} } = options;
  onStage("generator");
  const outputs = await generator.forward({ maps: batch.maps });
  const maps = detailMaps(outputs, batch.prior, base);
  const found = await mapGradients({ ...options, maps, batch, weights, previous });
  const { terms, gradients } = found;
  if (weights.adversarial > 0) {
    onStage("discriminator");
    const game = adversary(options.discriminator!, adversarialLosses[losses.adversarial]);
    const { generator: fooled, discriminator, toDetailed } = await game.play(maps.albedo, batch.priorAlbedo);
    Object.assign(terms, { adversarial: fooled, discriminator });
    const { values } = gradients.albedo;
    for (let i = 0; i < values.length; i++) values[i] += weights.adversarial * toDetailed[i];
  }
  onStage("generator backward");
  await generator.backward(outputGradients(outputs, batch.prior, base, gradients));
  const total = Object.entries(terms).reduce(
    (sum, [name, value]) => sum + (weights[name as LossTerm] ?? 0) * value,
    0,
  );
  return { terms: { ...terms, total }, maps };
}

/** `A′` of a face that gets no gradient. */
async function predictFace(
  { generator, base, losses }: DetailStepOptions,
  [sample, random]: [DetailSample, Random],
): Promise<LitFace> {
  const batch = detailBatch([sample], [random], batchOptions({ base, losses }));
  // In training mode, in which the step computes it when its turn comes.
  const outputs = await generator.forward({ maps: batch.maps }, { parameters: false });
  const { albedo } = detailMaps(outputs, batch.prior, base);
  disposeDetailBatch(batch);
  return { sample, albedo: albedo.values };
}

function checkOptions(options: DetailStepOptions): void {
  const { samples, partners, schedule, microBatch, losses, discriminator, identity } = options;
  const { batchSize } = schedule;
  const fail = (problem: string): never => {
    throw new Error(`createDetailStep: ${problem}.`);
  };
  if (samples.size === 0) fail("`samples` should hold a sample but is empty");
  if (batchSize % microBatch !== 0) {
    fail(`\`microBatch\` should divide the batch size ${batchSize} but is ${microBatch}`);
  }
  if (partners && partners.size !== samples.size)
    fail(`\`partners\` should be as many as the ${samples.size} samples but are ${partners.size}`);
  if (partners && microBatch % 2 !== 0)
    fail(`\`microBatch\` should be even, as samples come with partners, but is ${microBatch}`);
  const { crossPerceptual, adversarial, albedoPair = 0, style = 0 } = losses.weights;
  if (albedoPair > 0 && !partners) fail("the term `albedoPair` needs partners");
  if (style > 0) fail("the term `style` needs features of a network, which a step does not have");
  if (adversarial > 0 && !discriminator) fail("the term `adversarial` needs a discriminator");
  if (crossPerceptual > 0 && !identity) fail("the term `crossPerceptual` needs a recognition network");
  if (crossPerceptual > 0 && batchSize < 2)
    fail("the term `crossPerceptual` needs a batch of 2 samples or more");
}
