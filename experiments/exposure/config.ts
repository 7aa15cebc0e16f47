/** Trains the network that judges how a photo was exposed. */
import type { ExperimentConfig } from "../run/experiment-config.js";
import type { ExposureSettings } from "./settings.js";

export const exposureTraining = {
  name: "exposure",
  about: "trains the small network that tells how a photo was exposed (the weights that are shipped)",
  expected: {
    time: "half an hour to render the faces (once), 15 minutes to train on one core",
    result: "the brightness of held-out portraits to 5 %, whatever their exposure",
  },
  settings: {
    subsets: ["easy", "hard-light", "occluded", "large-pose"],
    folder: ".cache/exposure",
    /** First seed of each subset; seeds below 10,000 are for tests. */
    firstSeed: 20_000,
    facesOfEach: 120,
    validationFaces: 10,
    /** Official portraits, works of the US government (github.com/unitedstates/images). */
    photos: "results/prepare/folder-us-congress-portraits",
    batchSize: 48,
    steps: 1200,
    learningRate: 2e-3,
    seed: 1,
    checkpointEvery: 100,
    validateEvery: 250,
    threads: 1,
  },
} as const satisfies ExperimentConfig<ExposureSettings>;
