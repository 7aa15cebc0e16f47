/**
 * Readings of the paper's losses: which function each loss is, and how much it counts. The paper prints sums and weights
 * (section 4.3), the authors' code has other functions and other weights, and neither says what the pull of each loss
 * is. So each reading has a name, and the table of pulls (`npm run experiment -- loss-balance`) compares them.
 */
import { type LossWeights, paperWeights, releasedWeights } from "./loss-weights.js";

/**
 * `paper`: the paper's losses as means over texels or pixels; `paperSums`: the same as sums, as printed;
 * `released`: those of the authors' code (`released-code.ts`).
 */
export const lossSetNames = ["paper", "paperSums", "released"] as const;
export type LossSet = (typeof lossSetNames)[number];

export interface LossReading {
  readonly set: LossSet;
  readonly weights: LossWeights;
}

const { style: _, ...releasedLosses } = releasedWeights;

/** Losses of ours, which neither the paper nor the authors' code has in this form. */
const ours = { greyLight: 0, lightPrior: 0, multiScaleGradient: 0, albedoPair: 0 } as const;

export const lossReadings = {
  /** Section 4.3's weights on the sums of Eq. 4, 7, 8, 10, 15 and 16, as printed. */
  printedSums: { set: "paperSums", weights: { ...paperWeights, ...ours } },
  /** Section 4.3's weights on means. This was our first reading; Eq. 5 outweighs all that should fill the albedo. */
  printedMeans: { set: "paper", weights: { ...paperWeights, ...ours } },
  /**
   * Ours, in which the losses do what the paper claims of them (`npm run experiment -- free-maps`). Each mean pulls about
   * as hard as the loss of the authors' code does, by the table of pulls, but for Eq. 15: it pulls thirty times as hard,
   * as it is what fills the albedo: of the detail A′ takes 0.74, with the released code's losses 0.36
   * (results/decisions/loss-readings.md).
   */
  balanced: {
    set: "paper",
    weights: {
      ...paperWeights,
      illumination: 10,
      crossPerceptual: 0.03,
      symmetry: 0.5,
      smoothness: 0.5,
      albedoL1: 0.2,
      imageGradient: 30,
      ...ours,
    },
  },
  /**
   * Ours for the network that decides (`network.base=bands`), chosen with pairs under two lights on photos and seeds of which no
   * result is reported. This network may leave a part of the photo out, so Eq. 16 counts more. Eq. 4 counts more, as the light
   * took what the albedo could have had: at 1, 10 and 40 L′ held 0.40, 0.36 and 0.28 of the detail below 4 texels. Eq. 15 counts
   * twice, and Eq. 8 and 10, which pull at all detail alike, less: with them A′ stopped at 0.6 of it.
   */
  deciding: {
    set: "paper",
    weights: {
      ...paperWeights,
      illumination: 60,
      crossPerceptual: 0.03,
      symmetry: 1,
      smoothness: 0.25,
      albedoL1: 0.05,
      imageGradient: 60,
      image: 40,
      ...ours,
    },
  },
  /** The authors' code (`releasedWeights`), without its style loss, which needs features of a network. */
  releasedCode: { set: "released", weights: { ...releasedLosses, ...ours } },
} as const satisfies Record<string, LossReading>;

export type LossReadingName = keyof typeof lossReadings;
