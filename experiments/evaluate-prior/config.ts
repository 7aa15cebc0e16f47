/** How good geometry, prior albedo and coarse light are (section 4.1), measured on faces with truth and on photos. */

import type { ExperimentConfig } from "../run/experiment-config.js";
import type { EvaluatePriorSettings } from "./settings.js";

export const evaluatePrior = {
  name: "evaluate-prior",
  about: "measures the prior albedo module on synthetic faces with their truth and on photos",
  expected: {
    time: "40 minutes for three ways on 300 synthetic faces, half of it to render them once; a folder of 40 photos 5 more",
    result:
      "table.csv: errors of landmarks, picture, albedo, light and depth by group and way, median, 95 % and worst",
  },
  settings: {
    /** The ways to find the coefficients, which are judged in turn. */
    priors: ["fit", "regress", "both"],
    /** Synthetic subsets, with seeds from 0 on; training uses seeds from 10,000 on. */
    subsets: ["easy", "hard-light", "occluded", "large-pose"],
    facesOfEach: 75,
    cameras: ["as it is"],
    regressor: "shipped",
    /** A folder of photos, of which the last `lastPhotos` are taken; "" for none. */
    photos: "",
    lastPhotos: 40,
    mask: "parser",
    model: "embedded",
  },
} as const satisfies ExperimentConfig<EvaluatePriorSettings>;
