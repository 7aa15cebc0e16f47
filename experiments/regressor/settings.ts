/** The settings of the regressor's trainings, with the ranges that `--set` may use. */

import { truthTerms } from "rerenderable/face";
import { z } from "zod";

const positive = z.number().gt(0);
const weight = z.number().min(0);
const share = z.number().min(0).max(1);
const count = z.int().min(0);

const contentWith = z.strictObject(
  Object.fromEntries(truthTerms.map((term) => [term, weight])) as Record<
    (typeof truthTerms)[number],
    typeof weight
  >,
);

export const regressorSettings = z.strictObject({
  network: z.strictObject({
    preset: z.enum(["quick", "paper"]),
    imageSize: z.int().min(28).max(224),
    baseChannels: z.int().min(1).max(64),
  }),
  /** Weights to start from: `random`, `shipped`, or the file of a network. */
  start: z.string().min(1),
  /** Folder of a finished preparation (`results/prepare/<run>`); empty to learn from synthetic faces. */
  photos: z.string(),
  crops: z.strictObject({
    folder: z.string().min(1),
    renders: count,
    firstRender: count,
    seeds: count,
    firstSeed: count,
    cropsEach: z.int().min(1),
    sampleShare: share,
    augmentation: z.strictObject({ exposure: weight, whiteBalance: weight, noise: weight, blur: share }),
  }),
  /** Synthetic samples of each subset, from seed 0 on, for the validation in the curves. */
  validation: z.strictObject({ seeds: count }),
  batchSize: z.int().min(1).max(4096),
  steps: z.int().min(1),
  seed: count,
  rate: z.strictObject({ rate: positive, warmUp: count, decay: z.enum(["constant", "cosine"]) }),
  losses: z.strictObject({
    contentWith,
    landmark: weight,
    pixel: weight,
    perceptual: weight,
    coefficients: weight,
    regularisation: z.strictObject({ identity: weight, expression: weight, albedo: weight }),
    rendered: count,
    renderedEvery: z.int().min(1),
  }),
  checkpointEvery: z.int().min(1),
  validateEvery: z.int().min(1),
  threads: z.int().min(1).max(64),
});

export type RegressorSettings = z.infer<typeof regressorSettings>;
