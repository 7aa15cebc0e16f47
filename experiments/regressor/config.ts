/**
 * Trains the coefficient regressor that is installed with the library: ResNet-18 at 112 px, on synthetic faces with
 * their truth only.
 */

import type { ExperimentConfig } from "../run/experiment-config.js";
import type { RegressorSettings } from "./settings.js";

export const regressor = {
  name: "regressor",
  about: "trains the coefficient regressor on synthetic faces with truth (the weights that are shipped)",
  expected: {
    time: "an hour for samples and crops (once), then 30 minutes on one free core",
    result: "see README: landmarks, shape, albedo and light against truth",
  },
  settings: {
    network: {
      preset: "quick",
      imageSize: 112,
      /**
       * Half of ResNet-18's 64: 2.9 million parameters (5.7 MB) in place of 11.3, and 1 s a step in place of 2.9, on
       * one busy core.
       */
      baseChannels: 32,
    },
    start: "random",
    photos: "",
    crops: {
      folder: ".cache/regressor-crops",
      renders: 8000,
      /** Seeds of samples and of renderings below 10,000 are for tests only. */
      firstRender: 10_000,
      seeds: 100,
      firstSeed: 10_000,
      cropsEach: 4,
      sampleShare: 0.25,
      augmentation: { exposure: 0.12, whiteBalance: 0.04, noise: 0.02, blur: 0.3 },
    },
    /** Test seeds: no choice depends on them. */
    validation: { seeds: 50 },
    batchSize: 32,
    steps: 2500,
    seed: 1,
    /**
     * Our choice: the highest rate at which the loss fell steadily in the first 300 steps. It falls to 0, because the
     * training always runs to its end.
     */
    rate: { rate: 1.5e-3, warmUp: 60, decay: "cosine" },
    losses: {
      /**
       * Errors that give a loss of 1, about those of a good fit: 1.5 mm, 0.03 of encoded sRGB, 12 %, 2 px at 224, 3°.
       */
      contentWith: { shape: 1.5, albedo: 0.03, light: 0.12, points: 2, placing: 2, angles: 0.05 },
      /** 0, because the truth of synthetic faces says more than the points of a detector. */
      landmark: 0,
      /** Deng et al. 2019, section 3.1: ω_photo = 1.9, ω_per = 0.2, ω_coef = 3e-4. */
      pixel: 1.9,
      perceptual: 0.2,
      coefficients: 3e-4,
      /** From the same section: ω_α = 1, ω_β = 0.8, ω_γ = 1.7e-3. */
      regularisation: { identity: 1, expression: 0.8, albedo: 1.7e-3 },
      /**
       * Only 2 of 32 faces, in every 8th step, are rendered: it takes 0.2 s a face, and the truth gives the same
       * information.
       */
      rendered: 2,
      renderedEvery: 8,
    },
    checkpointEvery: 50,
    validateEvery: 100,
    threads: 1,
  },
} as const satisfies ExperimentConfig<RegressorSettings>;
