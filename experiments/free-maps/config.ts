/**
 * The paper's claims without its training: `A′` and `L′` themselves are moved by the losses, and what each loss does
 * shows in seconds a face. Figures 10 and 11 show the same of trained networks.
 */
import { lossReadings } from "rerenderable/face";
import type { ExperimentConfig } from "../run/experiment-config.js";
import { paper } from "../train-detail/paper.js";
import type { FreeMapsSettings } from "./settings.js";

export const freeMaps = {
  name: "free-maps",
  about: "moves A′ and L′ by the losses alone, without a network, with each loss left out in turn",
  expected: {
    time: "6 s a face and variant on two cores, so 50 minutes; --resume goes on",
    result: "table.csv and claims.json: what each loss does to detail, identity and light in the albedo",
  },
  settings: {
    seed: 1,
    losses: { ...paper.settings.losses, ...lossReadings.balanced, recognition: ["mobileface"] },
    /** What is compared with all losses of `losses`, which is `all`; see `variants.ts`. */
    variants: [
      "all",
      "no-image-gradient",
      "no-texture-regularisation",
      "no-cross-perceptual",
      "no-illumination",
      "no-symmetry",
      "no-smoothness",
      "no-albedo-l1",
      "no-image",
      "two-networks",
      "printed-sums",
      "printed-means",
      "released-code",
    ],
    steps: 30,
    /** Part of the steps in which the L1 loss counts: the paper has it for one epoch of ten. */
    albedoL1Share: 0.1,
    learningRate: { albedo: 0.04, light: 0.01 },
    /** Faces that light each other; their number is a multiple of `batch`. */
    group: 8,
    batch: 4,
    prior: "both",
    mask: "parser",
    model: "embedded",
    uvSize: 256,
    /** Test seeds start at 125. */
    subsets: ["easy", "hard-light", "occluded", "large-pose"],
    firstSeed: 125,
    facesOfEach: 10,
    /** A folder of photos, of which the last are taken, in place of synthetic faces. */
    photos: "",
    lastPhotos: 40,
    judges: ["faceres", "dlib"],
    /** Faces on the sheet. */
    shown: 3,
  },
} as const satisfies ExperimentConfig<FreeMapsSettings>;
