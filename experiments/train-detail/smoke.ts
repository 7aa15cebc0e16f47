import { variant } from "./detail-variant.js";
import { quick } from "./quick.js";

export const smoke = variant(
  quick,
  {
    name: "smoke",
    about: "the whole training of the detail refinement in a minute: 12 faces, uv 64, 16 channels",
    expected: { time: "under a minute on two cores", result: "losses that fall; no more" },
  },
  {
    samples: {
      subsets: ["easy"],
      training: { first: 10_000, count: 12 },
      heldOut: { first: 0, count: 3 },
      uvSize: 64,
    },
    network: { baseChannels: 16, discriminatorChannels: 8 },
    schedule: { batchSize: 4, learningRate: { first: 1e-3, decay: 1 } },
    steps: 12,
    checkpointEvery: 4,
    validateEvery: 6,
    shown: 3,
  },
);
