/**
 * Trains Table 3's [9], GANFIT (Gecer et al. 2019): a progressive GAN of textures, which is then fitted to each photo.
 */

import type { ExperimentConfig } from "../run/experiment-config.js";
import { quick } from "../train-detail/quick.js";
import type { TextureGanSettings } from "./settings.js";

export const textureGanTraining = {
  name: "texture-gan",
  about: "trains the progressive GAN of Table 3's [9] on the true albedos of 600 synthetic faces",
  expected: {
    time: "33 minutes on a core beside other programs, once the faces are prepared",
    result: "weights and a sheet of painted albedos: results/published/texture-gan",
  },
  settings: {
    seed: 1,
    samples: quick.settings.samples,
    network: { baseChannels: 16, latentSize: 64 },
    /** Stages with sides of 8, 16, 32, 64 and 128 texels. */
    stages: [
      { steps: 300, batchSize: 16 },
      { steps: 400, batchSize: 16 },
      { steps: 500, batchSize: 8 },
      { steps: 500, batchSize: 6 },
      { steps: 500, batchSize: 4 },
    ],
    /** Karras et al. 2017, appendix A.1. */
    learningRate: 1e-3,
    slopePenalty: 1,
    averaging: 0.99,
    checkpointEvery: 50,
    previewEvery: 200,
    threads: 2,
  },
} as const satisfies ExperimentConfig<TextureGanSettings>;
