/**
 * More steps of the refiner's training on one photo, from trained weights. The losses need no truth, so this is
 * possible at inference too. The losses that need other faces, cross perceptual (5) and adversarial (12), are left out.
 */

import { createRandom } from "../../base/tensor/random.js";
import type { DetailSample } from "../detail/detail-sample.js";
import { detailSamplesInMemory } from "../detail/detail-sample-file.js";
import type { LearnFromFace } from "../detail/face-refiner.js";
import type { DetailRefiner } from "../detail/trained-refiner.js";
import { createDetailStep } from "./detail-step.js";
import type { DetailLossOptions } from "./map-gradients.js";

export interface RefineOnPhotoOptions {
  readonly steps: number;
  /** Adam's. */
  readonly learningRate: number;
  readonly losses: DetailLossOptions;
  /** `M_uv`, where the maps' losses count, [U * U]. */
  readonly uvMask: Float32Array;
  readonly seed?: number;
  /** Called after each step with the losses that remain. */
  readonly onStep?: (done: number, total: number) => void;
  /** When it is aborted, the steps made so far are kept. */
  readonly signal?: AbortSignal;
}

/**
 * Calls `use` with the refiner as it is after the steps. Then the refiner gets its former weights back, even if `use`
 * fails.
 * @returns what `use` returns
 */
export async function refineOnPhoto<T>(
  { network, base }: Pick<DetailRefiner, "network" | "base">,
  sample: DetailSample,
  { steps, learningRate, losses, uvMask, seed = 1, onStep, signal }: RefineOnPhotoOptions,
  use: () => Promise<T>,
): Promise<T> {
  if (steps === 0) return use();
  const before = { parameters: await network.parameters(), optimiser: await network.optimiserState() };
  const weights = { ...losses.weights, crossPerceptual: 0, adversarial: 0, albedoPair: 0 };
  const step = createDetailStep({
    samples: detailSamplesInMemory([sample]),
    generator: network,
    uvMask,
    base,
    losses: { ...losses, weights },
    schedule: {
      epochs: steps,
      batchSize: 1,
      learningRate: { first: learningRate, decay: 1, last: 0 },
      albedoL1Epochs: steps,
    },
    microBatch: 1,
    seed,
  });
  try {
    for (let i = 0; i < steps && !signal?.aborted; i++) {
      const { total } = await step(i, createRandom(seed).fork(`step ${i}`));
      onStep?.(i + 1, total);
    }
    return await use();
  } finally {
    network.setParameters(before.parameters);
    network.setOptimiserState(before.optimiser);
  }
}

/** Steps on a photo, as a user asks for them. */
export interface PhotoSteps extends Omit<RefineOnPhotoOptions, "uvMask" | "losses"> {
  /** `uvMask` says where the maps' losses count: on the whole face, or on its skin. */
  readonly losses: RefineOnPhotoOptions["losses"] & { readonly uvMask: "face" | "skin" };
}

/** `refineOnPhoto` as `reconstruct` and a face refiner take it. */
export function learnOnPhoto(steps: PhotoSteps): LearnFromFace {
  return ({ refiner, sample, uvMasks, onShare }, use) => {
    const onStep: RefineOnPhotoOptions["onStep"] = (done, total) => {
      steps.onStep?.(done, total);
      onShare?.(done / steps.steps);
    };
    return refineOnPhoto(refiner, sample, { ...steps, uvMask: uvMasks[steps.losses.uvMask], onStep }, use);
  };
}
