/** The settings of the detail refinement's training, with the ranges that `--set` may use. */
import { adversarialLosses } from "rerenderable";
import { lossSetNames, mapBases } from "rerenderable/face";
import { z } from "zod";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";
import { coefficientSources } from "../detail-samples/prior-coefficients.js";

const share = z.number().min(0).max(1);
const weight = z.number().min(0);
const range = z.strictObject({ first: z.int().min(0), count: z.int().min(1) });

const names = <T extends string>(record: Readonly<Record<T, unknown>>) =>
  Object.keys(record) as unknown as readonly [T, ...T[]];

export const detailSampleSettings = z.strictObject({
  store: z.string().min(1),
  from: z.enum(["synthetic", "prepared"]),
  folder: z.string(),
  subsets: z.array(z.enum(subsetNames)).min(1),
  training: range,
  heldOut: range,
  /** Prepared photos that are mixed with synthetic faces; none where the folder is "". */
  photos: z.strictObject({
    folder: z.string(),
    training: z.int().min(0),
    heldOut: z.int().min(0),
    /** Whether anybody may use them, and so the weights that learn from them. */
    publicDomain: z.boolean(),
  }),
  /** Whether each face of the training has a second photo of the same skin under another light. */
  pairs: z.boolean(),
  /** `tone`: an epoch takes as many faces of each tone of skin, where there are enough. */
  balance: z.enum(["none", "tone"]),
  coefficients: z.enum(coefficientSources),
  model: z.string().min(1),
  side: z.int().min(32).max(1024),
  uvSize: z.int().min(16).multipleOf(16),
});

export type DetailSampleSettings = z.infer<typeof detailSampleSettings>;

export const detailLossSettings = z.strictObject({
  set: z.enum(lossSetNames),
  weights: z.strictObject({
    illumination: weight,
    crossPerceptual: weight,
    symmetry: weight,
    smoothness: weight,
    albedoL1: weight,
    adversarial: weight,
    imageGradient: weight,
    image: weight,
    greyLight: weight,
    lightPrior: weight,
    multiScaleGradient: weight,
    albedoPair: weight,
  }),
  adversarial: z.enum(names(adversarialLosses)),
  recognition: z.string().min(1),
  uvMask: z.enum(["face", "skin"]),
  openings: z.boolean(),
  edgeAware: z.boolean(),
});

export const detailTrainingSettings = z.strictObject({
  seed: z.int().min(0),
  samples: detailSampleSettings,
  network: z.strictObject({
    baseChannels: z.int().min(1),
    discriminatorChannels: z.int().min(1),
    base: z.enum(mapBases),
    normalisation: z.enum(["instance", "batch"]),
    residualBlocks: z.int().min(0),
    lightDecoder: z.enum(["transposed", "bilinear"]),
    /** Whether decisions see the encoder's layers; only with the base `bands`. */
    skips: z.boolean(),
    initialisation: z.enum(["he", "glorot", "pix2pix"]),
    /** Weights to start from: "" for random ones, `shipped`, or the file of a network. */
    startFrom: z.string(),
    engine: z.enum(["onnx", "tfjs"]),
    threads: z.int().min(1).max(64),
  }),
  losses: detailLossSettings,
  schedule: z.strictObject({
    epochs: z.int().min(1),
    batchSize: z.int().min(1),
    learningRate: z.strictObject({ first: z.number().positive(), decay: share, last: z.number().min(0) }),
    albedoL1Epochs: z.int().min(0),
  }),
  /** In every how many steps the discriminator plays, with as many times the weight of its loss. */
  adversaryEvery: z.int().min(1),
  microBatch: z.int().min(1),
  /** Number of steps; 0 means all steps of the epochs. */
  steps: z.int().min(0),
  checkpointEvery: z.int().min(1),
  validateEvery: z.int().min(0),
  shown: z.int().min(0),
});

export type DetailTrainingSettings = z.infer<typeof detailTrainingSettings>;

/** Settings that do not change what is learnt. */
export const freeDetailSettings = ["samples.store", "checkpointEvery", "validateEvery", "shown", "steps"];
