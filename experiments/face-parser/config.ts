/** Trains the face parsing network of the mask (Eq. 14) on synthetic faces only. */

import type { ExperimentConfig } from "../run/experiment-config.js";
import type { FaceParserSettings } from "./settings.js";

export const faceParserTraining = {
  name: "face-parser",
  about:
    "trains the small face parsing network of the mask on synthetic faces (the weights that are shipped)",
  expected: {
    time: "half an hour to render the faces (once), 20 minutes to train on one busy core",
    result:
      "overlap 0.88 of facial skin on faces that were not trained on; inside the fitted face 0.82 to 0.96",
  },
  settings: {
    subsets: ["occluded", "hard-light", "large-pose", "easy"],
    /** Folder that keeps the faces, 0.2 MB each. */
    folder: ".cache/face-parsing",
    /** First seed of each subset; seeds below 10,000 are for tests. */
    firstSeed: 10_000,
    facesOfEach: 150,
    /** Faces of each subset, from seed 0. No choice depends on them. */
    validationFaces: 10,
    batchSize: 12,
    steps: 2000,
    /** First learning rate of Adam; it falls to 0 along a cosine. */
    learningRate: 3e-3,
    /** Weights of the classes, so that the few pixels of spectacles and eyes count. */
    weights: [1, 1, 2, 1, 1.5, 2],
    seed: 1,
    checkpointEvery: 100,
    validateEvery: 100,
    threads: 1,
  },
} as const satisfies ExperimentConfig<FaceParserSettings>;
