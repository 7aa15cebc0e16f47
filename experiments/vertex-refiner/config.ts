/** Trains Table 3's [12], Lin et al. 2020: a graph network that refines the albedo on the mesh. */

import type { ExperimentConfig } from "../run/experiment-config.js";
import { quick } from "../train-detail/quick.js";
import type { VertexRefinerSettings } from "./settings.js";

export const vertexRefinerTraining = {
  name: "vertex-refiner",
  about: "trains the graph network of Table 3's [12] on the faces that the detail refinement learns from",
  expected: {
    time: "20 minutes on a core beside other programs, once the faces are prepared",
    result: "weights: results/published/vertex-refiner",
  },
  settings: {
    seed: 1,
    samples: quick.settings.samples,
    /** Our choice: a size that one core can train in this time. The paper that we follow does not give theirs. */
    network: { channels: 16, blocks: 2, order: 3 },
    /** The paper names losses on pixels and by a recognition network; their weights are our choice. */
    weights: { pixel: 1, identity: 0.02, prior: 0.1 },
    batchSize: 4,
    steps: 500,
    rate: { rate: 2e-3, warmUp: 20, decay: "cosine" },
    checkpointEvery: 25,
    validateEvery: 125,
    threads: 2,
  },
} as const satisfies ExperimentConfig<VertexRefinerSettings>;
