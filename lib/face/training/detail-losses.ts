/**
 * The losses of a training step on tensors (Eq. 4 to 16), by the names of `losses/loss-weights.ts`, with their
 * gradients to pictures and maps. There are three sets: the paper's as means and as sums, and the losses of the authors'
 * released code where they differ. The losses through networks, cross perceptual (5) and adversarial (12), are in files of their own.
 */
import * as tf from "@tensorflow/tfjs";
import { gaussianLight } from "../../graphics/scene/light-prior.js";
import { albedoL1Loss } from "../losses/albedo-l1.js";
import { albedoPairLoss } from "../losses/albedo-pair.js";
import { albedoSmoothnessLoss, paperAlpha } from "../losses/albedo-smoothness.js";
import { edgeAwareMask } from "../losses/edge-aware-mask.js";
import { greyLightLoss } from "../losses/grey-light.js";
import { illuminationRegularisation } from "../losses/illumination-regularisation.js";
import { imageLoss } from "../losses/image.js";
import { imageGradientLoss } from "../losses/image-gradient.js";
import { lightPriorLoss } from "../losses/light-prior-loss.js";
import type { LossAmount } from "../losses/loss-amount.js";
import type { LossSet } from "../losses/loss-readings.js";
import type { LossTerm, LossWeights } from "../losses/loss-weights.js";
import { multiScaleGradientLoss } from "../losses/multi-scale-gradient.js";
import * as released from "../losses/released-code.js";
import { symmetryLoss } from "../losses/symmetry.js";

/** The paper's form of the losses that the authors' code computes in another way, as means or as sums. */
const paper = (amount: LossAmount) =>
  ({
    albedoL1Loss: (albedo, prior, mask) => albedoL1Loss(albedo, prior, mask, amount),
    albedoSmoothnessLoss: (albedo, prior, mask) =>
      albedoSmoothnessLoss(albedo, prior, mask, paperAlpha, amount),
    illuminationRegularisation: (light, coarse, mask) =>
      illuminationRegularisation(light, coarse, mask, amount),
    imageLoss: (rendered, photo, mask) => imageLoss(rendered, photo, mask, amount),
    imageGradientLoss: (rendered, photo, mask) => imageGradientLoss(rendered, photo, mask, amount),
    symmetryLoss: (albedo, mask) => symmetryLoss(albedo, mask, amount),
  }) satisfies Losses;

type Losses = { readonly [K in keyof typeof released]: (typeof released)[K] };

const lossSets: Readonly<Record<LossSet, Losses>> = {
  paper: paper("mean"),
  paperSums: paper("sum"),
  released: { ...released },
};

export type TermValues = Partial<Record<LossTerm, tf.Scalar>>;

/** The terms that depend on each input of `mapTerms`, `A′` and `L′`, and of `pictureTerms`, `R(A′, L′)` and `R(A′, L)`. */
export const mapTermInputs = [
  ["symmetry", "smoothness", "albedoL1", "albedoPair"],
  ["illumination", "greyLight", "lightPrior"],
] as const satisfies TermInputs;
export const pictureTermInputs = [
  ["image"],
  ["imageGradient", "multiScaleGradient"],
] as const satisfies TermInputs;

type TermInputs = readonly (readonly LossTerm[])[];
/** Every term of the losses stands in these lists, so that none is without its gradient. */
type Losing<Inputs extends TermInputs> = Record<Inputs[number][number], () => tf.Scalar>;

export interface DetailMapTensors {
  /** `A′`, [B, U, U, 3]. */
  readonly albedo: tf.Tensor4D;
  /** `L′`, [B, U, U, 27]. */
  readonly light: tf.Tensor4D;
}

export interface MapReferences {
  readonly priorAlbedo: tf.Tensor4D;
  /** [B, 27] */
  readonly coarseLight: tf.Tensor2D;
  /** [1, U, U, 1] */
  readonly uvMask: tf.Tensor4D;
  /** Texels that both photos of a pair show, [B / 2, U, U, 1]; there must be pairs if the term `albedoPair` counts. */
  readonly seenInBoth?: tf.Tensor4D;
}

/** The terms of the maps: Eq. 4, 7, 8, 10, and ours. Terms of weight 0 are left out. */
export function mapTerms(
  { albedo, light }: DetailMapTensors,
  { priorAlbedo, coarseLight, uvMask, seenInBoth }: MapReferences,
  weights: LossWeights,
  set: LossSet,
): TermValues {
  const losses = lossSets[set];
  return chosen(weights, {
    illumination: () => losses.illuminationRegularisation(light, coarseLight, uvMask),
    symmetry: () => losses.symmetryLoss(albedo, uvMask),
    smoothness: () => losses.albedoSmoothnessLoss(albedo, priorAlbedo, uvMask),
    albedoL1: () => losses.albedoL1Loss(albedo, priorAlbedo, uvMask),
    greyLight: () => greyLightLoss(light, uvMask),
    lightPrior: () => lightPriorLoss(light, gaussianLight(), uvMask),
    albedoPair: () => albedoPairLoss(albedo, tf.mul(seenInBoth!, uvMask)),
  } satisfies Losing<typeof mapTermInputs>);
}

export interface PictureReferences {
  readonly photo: tf.Tensor4D;
  /** What `R(A′, L)` is compared with: the same photo, or the partner's of a pair. */
  readonly coarselyLitPhoto: tf.Tensor4D;
  readonly faceMask: tf.Tensor4D;
  /** Whether the mask falls off towards its rim. */
  readonly edgeAware: boolean;
}

/**
 * The terms of the pictures: Eq. 16 on `R(A′, L′)`; Eq. 15, and ours of its kind, on `R(A′, L)`, so that details go
 * into the albedo.
 */
export function pictureTerms(
  detailed: tf.Tensor4D,
  coarselyLit: tf.Tensor4D,
  { photo, coarselyLitPhoto, faceMask, edgeAware }: PictureReferences,
  weights: LossWeights,
  set: LossSet,
): TermValues {
  const losses = lossSets[set];
  const mask = edgeAware ? edgeAwareMask(faceMask) : faceMask;
  return chosen(weights, {
    image: () => losses.imageLoss(detailed, photo, mask),
    imageGradient: () => losses.imageGradientLoss(coarselyLit, coarselyLitPhoto, mask),
    multiScaleGradient: () => multiScaleGradientLoss(coarselyLit, coarselyLitPhoto, mask),
  } satisfies Losing<typeof pictureTermInputs>);
}

function chosen(weights: LossWeights, terms: Partial<Record<LossTerm, () => tf.Scalar>>): TermValues {
  return Object.fromEntries(
    Object.entries(terms)
      .filter(([name]) => weights[name as LossTerm])
      .map(([name, value]) => [name, value()]),
  );
}

/**
 * The terms, and the gradients of their weighted sum.
 * @param f gives the terms of its inputs
 * @param inputs each gets a gradient, which is 0 if no term with a weight depends on it
 * @param termInputs which terms depend on each input
 */
export function termsAndGradients(
  f: (...inputs: tf.Tensor4D[]) => TermValues,
  inputs: readonly tf.Tensor4D[],
  weights: LossWeights,
  termInputs: TermInputs,
): { terms: TermValues; gradients: tf.Tensor4D[] } {
  // tfjs refuses to differentiate in an input of which nothing depends.
  const moves = termInputs.map((terms) => terms.some((term) => weights[term]));
  let terms: TermValues = {};
  const weighted = (...moved: tf.Tensor[]) => {
    const given = inputs.map((input, i) => (moves[i] ? (moved.shift() as tf.Tensor4D) : input));
    const values = f(...given);
    for (const value of Object.values(values)) tf.keep(value);
    terms = values;
    const parts = Object.entries(values).map(([name, value]) => tf.mul(value, weights[name as LossTerm]!));
    return tf.addN(parts) as tf.Scalar;
  };
  if (!moves.includes(true)) return { terms, gradients: inputs.map((input) => tf.zerosLike(input)) };
  const { value, grads } = tf.valueAndGrads(weighted)(inputs.filter((_, i) => moves[i]));
  value.dispose();
  const found = grads as tf.Tensor4D[];
  const gradients = inputs.map((input, i) => (moves[i] ? found.shift()! : tf.zerosLike(input)));
  return { terms, gradients };
}
