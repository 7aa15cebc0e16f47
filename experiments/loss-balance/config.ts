/** How hard each loss pulls, by reading: a training goes where the pulls say, whatever the weights look like. */
import { freeMaps } from "../free-maps/config.js";
import type { ExperimentConfig } from "../run/experiment-config.js";
import type { LossBalanceSettings } from "./settings.js";

const { prior, mask, model, subsets, firstSeed, photos, lastPhotos, losses } = freeMaps.settings;

export const lossBalance = {
  name: "loss-balance",
  about: "measures how hard each loss pulls at A′ and at L′, in each reading of the paper's losses",
  expected: {
    time: "two minutes",
    result: "table.csv: value, weight and weighted gradient of each loss, by reading",
  },
  settings: {
    /** Of the paper; `deciding` is for one network alone. */
    readings: ["printedSums", "printedMeans", "balanced", "releasedCode"],
    recognition: losses.recognition[0],
    uvMask: losses.uvMask,
    prior,
    mask,
    model,
    /** The paper's size. */
    uvSize: 256,
    subsets,
    firstSeed,
    facesOfEach: 2,
    photos,
    lastPhotos,
  },
} as const satisfies ExperimentConfig<LossBalanceSettings>;
