/**
 * What the coefficient regressor learns from in a step (sections 4.1 and 4.3): on faces with truth its distance from
 * the truth, on photos landmarks, and on both, as in Deng et al. (2019), pixels, a recognition network and the
 * coefficients' priors.
 */

import type { Random } from "../../base/tensor/random.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import type { Terms } from "../metrics/terms.js";
import {
  type RegressorUnits,
  regressorUnits,
  toCoefficients,
  toOutputGradient,
} from "../models/regressor-units.js";
import { coefficientCount } from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import { coefficientRegularisation, type RegularisationWeights } from "./coefficient-regularisation.js";
import { dengPointWeights, landmarkLoss, lipPointWeights } from "./landmark-loss.js";
import { type RateSettings, rateAt } from "./learning-rate.js";
import { type PerceptualJudge, photometricLoss } from "./photometric-loss.js";
import type { Trainee } from "./train.js";
import { type TruthErrors, type TruthTerm, truthLoss, truthTerms } from "./truth-loss.js";

/** A batch of aligned faces, side by side in plain arrays. */
export interface RegressorBatch {
  /** Encoded sRGB, [B * S * S * 3]. */
  readonly images: Float32Array;
  /** 1 where bare skin is seen, [B * S * S]. */
  readonly masks: Float32Array;
  /** For faces with truth: their coefficients, [B * 257]. */
  readonly faces?: Float32Array;
  /** For photos: the detector's 68 points, px at 224, [B * 136]. */
  readonly points?: Float32Array;
}

/** Where batches come from. */
export interface RegressorSource {
  /** S, px. */
  readonly side: number;
  /** @param random all random numbers come from it */
  batch(step: number, random: Random): Promise<RegressorBatch>;
}

export interface RegressorLosses {
  /** For faces with truth: the error that counts as 1, as a root mean square in the term's own unit. */
  readonly contentWith: TruthErrors;
  readonly landmark: number;
  readonly pixel: number;
  readonly perceptual: number;
  readonly coefficients: number;
  readonly regularisation: RegularisationWeights;
  /** How many faces of a batch, the first ones, are rendered for pixel and perceptual terms. */
  readonly rendered: number;
  /** One step in so many renders faces. */
  readonly renderedEvery: number;
}

export interface RegressorTraineeOptions {
  readonly model: MorphableModel;
  /** Input "image", output "coefficients", as `coefficientRegressor` has them. */
  readonly network: TrainableNetwork;
  readonly source: RegressorSource;
  readonly losses: RegressorLosses;
  readonly rate: RateSettings;
  /** Steps of the whole training; the rate depends on them. */
  readonly steps: number;
  readonly judge?: PerceptualJudge;
  /** Faces with truth that are not trained on. */
  readonly validation?: readonly RegressorBatch[];
}

export function regressorTrainee(options: RegressorTraineeOptions): Trainee {
  const { model, network, source, losses, rate, steps, validation } = options;
  const units = regressorUnits(model.data);
  const compare = truthLoss(model.data, lipPointWeights());
  const landmarks = landmarkLoss(model.data, dengPointWeights());
  const weights = Object.fromEntries(
    truthTerms.map((term) => [term, losses.contentWith[term] > 0 ? losses.contentWith[term] ** -2 : 0]),
  ) as TruthErrors;

  /** The terms that need no picture, summed over the batch. Their gradient is added. */
  function plainTerms({ faces: truth, points }: RegressorBatch, faces: Float64Array, gradient: Float64Array) {
    const batch = faces.length / coefficientCount;
    const sums = new Map<string, number>();
    const add = (name: string, value: number) => sums.set(name, (sums.get(name) ?? 0) + value);
    for (let i = 0; i < batch; i++) {
      const of = <T extends Float32Array | Float64Array>(all: T, size = coefficientCount) =>
        all.subarray(i * size, (i + 1) * size) as T;
      const [face, onFace] = [of(faces), of(gradient)];
      if (truth)
        for (const [term, value] of Object.entries(compare(face, of(truth), weights, onFace)))
          add(term, value);
      if (points) add("landmark", landmarks(face, of(points, 136), losses.landmark, onFace));
      const { coefficients, regularisation } = losses;
      add("coefficients", coefficientRegularisation(model.data, face, regularisation, coefficients, onFace));
    }
    return sums;
  }

  /** Means over all faces of the batches, without a step. */
  async function meansOf(batches: readonly RegressorBatch[]): Promise<Terms> {
    const sums: Record<string, number> = {};
    let count = 0;
    for (const { images, faces: truth } of batches) {
      const { outputs, count: size } = await forward(network, images, source.side, "predict");
      const faces = toCoefficients(units, outputs);
      for (let i = 0; i < size; i++) {
        const part = (all: Float32Array | Float64Array) =>
          all.subarray(i * coefficientCount, (i + 1) * coefficientCount);
        const errors = compare(part(faces), part(truth!), weights, new Float64Array(coefficientCount));
        for (const term of truthTerms) sums[term] = (sums[term] ?? 0) + errors[term];
      }
      count += size;
    }
    return Object.fromEntries(Object.entries(sums).map(([term, sum]) => [term, sum / count]));
  }

  return {
    networks: { regressor: network },
    async step(step, random) {
      const batch = await source.batch(step, random);
      const { outputs, count } = await forward(network, batch.images, source.side, "forward");
      const faces = toCoefficients(units, outputs);
      const gradient = new Float64Array(faces.length);
      const sums = plainTerms(batch, faces, gradient);
      const terms: Record<string, number> = {};
      for (const [name, sum] of sums) terms[name] = sum / count;
      for (let i = 0; i < gradient.length; i++) gradient[i] /= count;
      if (step % losses.renderedEvery === 0) {
        Object.assign(terms, await renderedTerms(options, batch, faces, gradient));
      }
      await backward(network, units, outputs, gradient);
      await network.update(rateAt(rate, step, steps));
      return { total: total(terms, weights, losses), ...terms };
    },
    ...(validation && {
      async validate() {
        const means = await meansOf(validation);
        return { total: total(means, weights, { ...losses, coefficients: 0 }), ...means };
      },
    }),
  };
}

async function forward(
  network: TrainableNetwork,
  images: Float32Array,
  side: number,
  how: "forward" | "predict",
): Promise<{ outputs: Float32Array; count: number }> {
  const count = images.length / (3 * side * side);
  const { coefficients } = await network[how]({ image: { shape: [count, side, side, 3], values: images } });
  return { outputs: coefficients.values.slice(), count };
}

async function backward(
  network: TrainableNetwork,
  units: RegressorUnits,
  outputs: Float32Array,
  gradient: Float64Array,
): Promise<void> {
  const values = toOutputGradient(units, outputs, gradient);
  const shape = [values.length / coefficientCount, coefficientCount];
  await network.backward({ coefficients: { shape, values } });
}

/** The pixel and perceptual terms of the first faces. Their gradient is added. */
async function renderedTerms(
  { model, source, losses, judge }: RegressorTraineeOptions,
  { images, masks }: RegressorBatch,
  faces: Float64Array,
  gradient: Float64Array,
): Promise<Terms> {
  const { pixel, perceptual, rendered } = losses;
  if (rendered === 0 || (pixel === 0 && perceptual === 0)) return {};
  const count = Math.min(rendered, faces.length / coefficientCount);
  const pixels = count * source.side ** 2;
  const input = {
    faces: faces.subarray(0, count * coefficientCount),
    images: images.subarray(0, 3 * pixels),
    masks: masks.subarray(0, pixels),
    side: source.side,
  };
  const result = await photometricLoss(model, input, { pixel, perceptual }, judge);
  for (let i = 0; i < result.gradient.length; i++) gradient[i] += result.gradient[i];
  return { pixel: result.pixel, perceptual: result.perceptual };
}

function total(terms: Terms, weights: TruthErrors, losses: RegressorLosses): number {
  const { landmark, pixel, perceptual, coefficients } = losses;
  const all: Terms = { ...weights, landmark, pixel, perceptual, coefficients };
  return Object.entries(terms).reduce((sum, [name, value]) => sum + (all[name as TruthTerm] ?? 0) * value, 0);
}
