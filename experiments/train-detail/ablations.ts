/**
 * Trainings without one of the losses (Figures 10 and 11): the difference in their results is the paper's claim. All of a
 * list are equally long, and short, so that two cores can train them.
 */
import { decide } from "./decide.js";
import { type DetailTrainingConfig, type Part, variant } from "./detail-variant.js";
import { quick } from "./quick.js";
import type { DetailTrainingSettings } from "./settings.js";

const withoutRegularisation = { symmetry: 0, smoothness: 0, albedoL1: 0, adversarial: 0 } as const;

function ablation(name: string, about: string, settings: Part<DetailTrainingSettings>): DetailTrainingConfig {
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
    { ...settings, schedule: { epochs: 3 } },
  );
}

/** From a first guess, as 0.1 was trained: half as long as `quick`. */
const ofFirstGuess = [
  ablation("none", "with all losses", {}),
  ablation("no-gradient", "without the image gradient loss (Eq. 15)", {
    losses: { weights: { imageGradient: 0 } },
  }),
  ablation("no-texture-regularisation", "without the losses of texture regularisation (Eq. 7 to 12)", {
    losses: { weights: withoutRegularisation },
  }),
  ablation("no-cross-perceptual", "without the cross perceptual loss (Eq. 5)", {
    losses: { weights: { crossPerceptual: 0 } },
  }),
] as const;

function deciding(name: string, about: string, settings: Part<DetailTrainingSettings>): DetailTrainingConfig {
  return variant(
    decide,
    {
      name: `deciding-${name}`,
      about: `trains the refiner that decides ${about}, a tenth as long as the shipped one`,
      expected: {
        time: "10 minutes on two cores, once the faces of `decide` are prepared; more seeds with --set seed=2",
        result: "weights to judge by `evaluate-detail`",
      },
    },
    { ...settings, steps: 300, validateEvery: 300 },
  );
}

/** From random weights, as the shipped refiner was trained; also without what is ours. */
const ofDeciding = [
  deciding("all", "with all losses, pairs and photos", {}),
  deciding("no-gradient", "without the image gradient loss (Eq. 15)", {
    losses: { weights: { imageGradient: 0 } },
  }),
  deciding("no-regularisation", "without the losses of texture regularisation (Eq. 7 to 12)", {
    losses: { weights: withoutRegularisation },
  }),
  deciding("no-perceptual", "without the cross perceptual loss (Eq. 5)", {
    losses: { weights: { crossPerceptual: 0 } },
  }),
  deciding("no-pairs", "without pairs under two lights", {
    samples: { pairs: false },
    losses: { weights: { albedoPair: 0 } },
  }),
  deciding("no-photos", "on synthetic faces alone", { samples: { photos: { folder: "" } } }),
] as const;

export const ablations = [...ofFirstGuess, ...ofDeciding] as const;
