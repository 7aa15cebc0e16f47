/**
 * Trainings without one of the losses (Figures 10 and 11): the difference in their results is the paper's claim. They and
 * the one with all losses are equally long, half as long as `quick`, so that two cores can train all four in half an hour.
 */
import { type DetailTrainingConfig, variant } from "./detail-variant.js";
import { quick } from "./quick.js";

type Weights = Partial<DetailTrainingConfig["settings"]["losses"]["weights"]>;

function ablation(name: string, about: string, weights: Weights): DetailTrainingConfig {
  return variant(
    quick,
    {
      name: `ablation-${name}`,
      about: `trains the refinement ${about}, for Figures 10 and 11`,
      expected: {
        time: "10 minutes on a core, once the faces of `quick` are prepared",
        result: "weights for the figures",
      },
    },
    { losses: { weights }, schedule: { epochs: 3 } },
  );
}

export const ablations = [
  ablation("none", "with all losses", {}),
  ablation("no-gradient", "without the image gradient loss (Eq. 15)", { imageGradient: 0 }),
  ablation("no-texture-regularisation", "without the losses of texture regularisation (Eq. 7 to 12)", {
    symmetry: 0,
    smoothness: 0,
    albedoL1: 0,
    adversarial: 0,
  }),
  ablation("no-cross-perceptual", "without the cross perceptual loss (Eq. 5)", { crossPerceptual: 0 }),
] as const;
