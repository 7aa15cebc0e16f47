/** How good geometry, prior albedo and coarse light are (section 4.1), on faces with truth and on photos. */

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
    /** How the coefficients are found, each in turn. */
    priors: ["fit", "regress", "both"],
    /** Synthetic subsets, and of each the seeds from 0: training takes those from 10,000. */
    subsets: ["easy", "hard-light", "occluded", "large-pose"],
    facesOfEach: 75,
    regressor: "shipped",
    /** A folder of photos, of which the last so many are taken; "" leaves it out. */
    photos: "",
    lastPhotos: 40,
    mask: "parser",
    model: "embedded",
  },
} as const satisfies ExperimentConfig<EvaluatePriorSettings>;
