import type { ExperimentConfig } from "../run/experiment-config.js";
import { quick } from "../train-detail/quick.js";
import type { DetailSampleSettings } from "../train-detail/settings.js";

export const detailSamples = {
  name: "detail-samples",
  about: "prepares the faces that a training of the detail refinement learns from, in shards if you like",
  expected: {
    time: "2 s a face and core; a training prepares by itself what is missing",
    result: "25 faces a file in .cache/detail-samples, 0.5 MB each",
  },
  settings: quick.settings.samples,
} satisfies ExperimentConfig<DetailSampleSettings>;
