/** What the detail refinement adds to the coarse face (sections 4.2 and 5.1), measured on faces with truth and on photos. */

import type { ExperimentConfig } from "../run/experiment-config.js";
import { decide } from "../train-detail/decide.js";
import type { EvaluateDetailSettings } from "./settings.js";

const { losses } = decide.settings;

export const evaluateDetail = {
  name: "evaluate-detail",
  about: "measures detailed albedo and light on synthetic faces with their truth and on photos",
  expected: {
    time: "a quarter of an hour for 116 synthetic faces and 40 photos, 6 seconds a face with other programs beside it",
    result:
      "table.csv: L1, PSNR, SSIM and judges of the three pictures, shares of detail, errors of the albedo, by group; " +
      "identity.csv: who is known on grey under which light",
  },
  settings: {
    /**
     * `shipped`, the file of a network, or a rule that treats every face alike: `none`, a filter that gives half of the fine
     * detail to the albedo; `full-share` and `constant-share`, that filter with all of it; `all-detail`, all that there is.
     */
    weights: "shipped",
    /** Steps of training on the tested face itself, from those weights, with the losses of the training. */
    refine: {
      steps: 0,
      learningRate: 1e-4,
      // One face has no partner.
      losses: { ...losses, weights: { ...losses.weights, albedoPair: 0 } },
    },
    prior: "both",
    /** Test seeds. Lower seeds were looked at while the training was tuned; seeds from 10,000 on are trained on. */
    subsets: ["easy", "hard-light", "occluded", "large-pose"],
    firstSeed: 125,
    facesOfEach: 25,
    /** Number of persons of `same-face-many-lights`, with 16 lights each. */
    persons: 1,
    photos: "",
    lastPhotos: 40,
    mask: "parser",
    model: "embedded",
    /** Side of the judged maps, which is what a user of `reconstruct` gets. */
    uvSize: 256,
    /** Recognition networks that no loss has used: `faceres`, `dlib`, your `LightCNN=nets/light.onnx`. */
    judges: ["faceres", "dlib"],
    /** Faces of each group on a sheet. */
    shown: 4,
  },
} as const satisfies ExperimentConfig<EvaluateDetailSettings>;
