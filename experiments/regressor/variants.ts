/** The regressor's other trainings, as differences from `regressor`. */

import type { ExperimentConfig } from "../run/experiment-config.js";
import { regressor } from "./config.js";
import type { RegressorSettings } from "./settings.js";

const { settings } = regressor;

/** Losses for photos, of which nothing is known except the points of a detector. */
const selfSupervised = {
  contentWith: { shape: 0, albedo: 0, light: 0, points: 0, placing: 0, angles: 0 },
  /**
   * Deng et al. 2019, section 3.1: ω_lan = 1.6e-3. Their weights of points (20 for nose and inner mouth) have the mean
   * 5.47, ours have the mean 1.
   */
  landmark: 1.6e-3 * 5.47,
} as const;

export const regressorPaper = {
  name: "regressor-paper",
  about: "trains the regressor as the paper does: ResNet-50 at 224 px, self-supervised on 300W-LP",
  expected: {
    time: "some 30 s a step on two cores: a month and more; meant for other machines",
    result: "not run to its end here",
  },
  settings: {
    ...settings,
    /** Section 4.3: ResNet-50, 224 px. */
    network: { preset: "paper", imageSize: 224, baseChannels: 64 },
    /** Deng et al. start from weights trained on ImageNet; set this to the file of such a network to do the same. */
    start: "random",
    /**
     * Section 4.3: 300W-LP. Run `prepare --set dataset=300w-lp` first, then give `--set photos=results/prepare/<run>`.
     */
    photos: "",
    validation: { seeds: 50 },
    /** Deng et al. 2019, section 3: batches of 5 images, 500,000 steps, Adam at 1e-4. */
    batchSize: 5,
    steps: 500_000,
    rate: { rate: 1e-4, warmUp: 0, decay: "constant" },
    losses: {
      ...settings.losses,
      ...selfSupervised,
      rendered: 5,
      renderedEvery: 1,
    },
    checkpointEvery: 1000,
    validateEvery: 5000,
  },
} as const satisfies ExperimentConfig<RegressorSettings>;

export const regressorPhotos = {
  name: "regressor-photos",
  about: "goes on with the shipped regressor on a folder of photos, without labels",
  expected: {
    time: "some 15 minutes on two cores",
    result: "numbers only: its weights are those of the photos' owners to share",
  },
  settings: {
    ...settings,
    start: "shipped",
    photos: "",
    validation: { seeds: 25 },
    batchSize: 16,
    steps: 400,
    /** About a tenth of the first rate, because the network learnt shape from truth, and photos say little of it. */
    rate: { rate: 1e-4, warmUp: 20, decay: "cosine" },
    losses: { ...settings.losses, ...selfSupervised, rendered: 4, renderedEvery: 1 },
    checkpointEvery: 50,
    validateEvery: 100,
  },
} as const satisfies ExperimentConfig<RegressorSettings>;

export const regressorIdentity = {
  name: "regressor-identity",
  about:
    "Table 3's [7]: goes on with the shipped regressor by a recognition network in place of pixels and truth",
  expected: {
    time: "15 minutes on a core beside other programs, once the faces of the detail refinement are there",
    result: "weights: results/published/regressor-identity",
  },
  settings: {
    ...settings,
    /** Genova et al. 2018 begin with synthetic faces and their truth too. */
    start: "shipped",
    /** The faces from which the detail refinement learns, cut out by points with errors. */
    crops: { ...settings.crops, renders: 0, seeds: 150, sampleShare: 1 },
    validation: { seeds: 6 },
    batchSize: 8,
    steps: 400,
    rate: { rate: 1e-4, warmUp: 20, decay: "cosine" },
    losses: {
      ...settings.losses,
      /**
       * Only the 68 points of the truth, which a detector finds in photos too: they hold the pose, which the loss of
       * the method does not.
       */
      contentWith: { shape: 0, albedo: 0, light: 0, points: 2, placing: 0, angles: 0 },
      /** The method uses a recognition network in place of pixels. */
      pixel: 0,
      perceptual: 5,
      rendered: 8,
      renderedEvery: 1,
    },
    checkpointEvery: 25,
    validateEvery: 100,
    threads: 2,
  },
} as const satisfies ExperimentConfig<RegressorSettings>;

export const regressorSmoke = {
  name: "regressor-smoke",
  about: "a few steps of the regressor's training, to see that it runs",
  expected: { time: "under a minute", result: "a loss that falls, weights that are good for nothing" },
  settings: {
    ...settings,
    network: { preset: "quick", imageSize: 32, baseChannels: 4 },
    crops: { ...settings.crops, renders: 40, seeds: 0 },
    validation: { seeds: 0 },
    batchSize: 8,
    steps: 30,
    rate: { ...settings.rate, warmUp: 5 },
    losses: { ...settings.losses, rendered: 1, renderedEvery: 10 },
    checkpointEvery: 10,
    validateEvery: 10,
  },
} as const satisfies ExperimentConfig<RegressorSettings>;
