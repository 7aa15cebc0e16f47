/** Which losses count in each variant of free maps, by the names that `--set variants` takes. */
import type { LossTerm } from "rerenderable/face";
import { type LossReading, lossReadings } from "rerenderable/face";

interface Variant {
  /** Its name on the sheet. */
  readonly label: string;
  /** From the losses of the settings. */
  losses(base: LossReading): LossReading;
  /** Recognition networks in place of those of the settings. */
  readonly recognition?: readonly string[];
}

const without = (label: string, ...terms: LossTerm[]): Variant => ({
  label,
  losses: ({ set, weights }) => ({
    set,
    weights: { ...weights, ...Object.fromEntries(terms.map((term) => [term, 0])) },
  }),
});

const variants = {
  all: without("all losses"),
  "no-image-gradient": without("without Eq. 15", "imageGradient"),
  "no-texture-regularisation": without(
    "without Eq. 7 to 12",
    "symmetry",
    "smoothness",
    "albedoL1",
    "adversarial",
  ),
  "no-symmetry": without("without Eq. 7", "symmetry"),
  "no-smoothness": without("without Eq. 8", "smoothness"),
  "no-albedo-l1": without("without Eq. 10", "albedoL1"),
  "no-cross-perceptual": without("without Eq. 5", "crossPerceptual"),
  "no-illumination": without("without Eq. 4", "illumination"),
  "no-image": without("without Eq. 16", "image"),
  "no-grey-light": without("without grey light", "greyLight"),
  "two-networks": { ...without("Eq. 5 by two networks"), recognition: ["mobileface", "faceres"] },
  "printed-sums": { label: "sums as printed", losses: () => lossReadings.printedSums },
  "printed-means": { label: "printed weights, means", losses: () => lossReadings.printedMeans },
  "released-code": { label: "released code", losses: () => lossReadings.releasedCode },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;
export const variantNames = Object.keys(variants) as [VariantName, ...VariantName[]];
export const variantOf = (name: VariantName): Variant => variants[name];
