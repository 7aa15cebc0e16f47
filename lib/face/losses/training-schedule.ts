/** How weights and learning rate change over the epochs (section 4.3): plain data, each number with its source. */
import type { LossWeights } from "./loss-weights.js";

export interface TrainingSchedule {
  readonly epochs: number;
  /** Samples of a step. If memory holds fewer at once, gradients are accumulated. */
  readonly batchSize: number;
  /** Adam's step: `max(last, first · decay^epoch)`. */
  readonly learningRate: { readonly first: number; readonly decay: number; readonly last: number };
  /** Epochs through which the L1 loss of Eq. 10 counts. */
  readonly albedoL1Epochs: number;
}

/**
 * The paper's schedule. Its lowest rate is never reached: ten epochs end at 8.3e-5, and 1e-5 would take 114 epochs.
 * Adam's β1 of 0.9, "the momentum", is in `networks/adam.ts`.
 */
export const paperSchedule = {
  epochs: 10, // section 4.3
  batchSize: 16, // section 4.3
  learningRate: { first: 1e-4, decay: 0.98, last: 1e-5 }, // section 4.3
  albedoL1Epochs: 1, // section 4.3: "λ_ar3 is set as 0.0 after first epoch training"
} as const satisfies TrainingSchedule;

/** @param epoch from 0 */
export function learningRateAt({ learningRate }: TrainingSchedule, epoch: number): number {
  const { first, decay, last } = learningRate;
  return Math.max(last, first * decay ** epoch);
}

/** The weights of an epoch. @param epoch from 0 */
export function lossWeightsAt(
  weights: LossWeights,
  { albedoL1Epochs }: TrainingSchedule,
  epoch: number,
): LossWeights {
  return epoch < albedoL1Epochs ? weights : { ...weights, albedoL1: 0 };
}
