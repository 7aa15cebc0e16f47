/** Decides which samples are in which batch, by seed and step alone, so that training can go on from any step. */
import { createRandom, type Random } from "rerenderable";
import { shuffled } from "rerenderable/base";

export interface BatchPlan {
  readonly stepsPerEpoch: number;
  /** Numbers of the samples of a step. */
  samplesOf(step: number): readonly number[];
  /** The stream from which a sample's augmentation draws; each epoch has another one. */
  randomOf(step: number, sample: number): Random;
}

export interface PlanOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Whether each epoch has an order of its own; otherwise all have that of the data set. */
  readonly shuffle: boolean;
}

/**
 * Each epoch is a new order of all samples. Samples at its end that do not fill a batch are left out; these are other
 * samples in each epoch.
 * @param size number of samples
 * @throws where they do not fill one batch
 */
export function planBatches(size: number, { batchSize, seed, shuffle }: PlanOptions): BatchPlan {
  const stepsPerEpoch = Math.floor(size / batchSize);
  if (stepsPerEpoch < 1) {
    throw new Error(
      `planBatches: \`batchSize\` should be at most the ${size} samples there are but is ${batchSize}.`,
    );
  }
  const random = createRandom(seed);
  let order: { readonly epoch: number; readonly samples: readonly number[] } | undefined;
  return {
    stepsPerEpoch,
    samplesOf(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (order?.epoch !== epoch)
        order = { epoch, samples: epochOrder(size, shuffle, random.fork(`epoch ${epoch}`)) };
      const start = (step % stepsPerEpoch) * batchSize;
      return order.samples.slice(start, start + batchSize);
    },
    randomOf(step, sample) {
      return random.fork(`augmentation ${Math.floor(step / stepsPerEpoch)} ${sample}`);
    },
  };
}

function epochOrder(size: number, shuffle: boolean, random: Random): number[] {
  const samples = Array.from({ length: size }, (_, i) => i);
  return shuffle ? shuffled(samples, random) : samples;
}
