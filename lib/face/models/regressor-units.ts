/**
 * The units in which the regressor predicts: an affine map between the network's 257 numbers and the coefficients, in
 * which 1 is one deviation of a coefficient. So all outputs start at the mean face in the mean place, and one learning
 * rate suits them all.
 *
 * Identity, expression and albedo are in deviations of the model's priors (over people, if the model knows that
 * deviation apart from what a fit should expect). The middle of the light is the mean of the light prior, as bright as
 * cameras expose faces. The middle of the pose is where alignment puts a face, measured on the crops of the training
 * (`regressor-crops`).
 */

import { gaussianLight, lightPrior } from "../../graphics/scene/light-prior.js";
import {
  type CoefficientName,
  coefficientCount,
  coefficientNames,
  coefficientSizes,
} from "../morphable-model/coefficients.js";
import type { CoefficientPrior, MorphableModelData } from "../morphable-model/morphable-model.js";

/** Where each part of the 257 numbers starts. */
export const partStart = Object.fromEntries(
  coefficientNames.map((name, i) => [
    name,
    coefficientNames.slice(0, i).reduce((sum, before) => sum + coefficientSizes[before], 0),
  ]),
) as Readonly<Record<CoefficientName, number>>;

/** For each number: `coefficient = middle + unit · output`, held within `lower` and `upper`. */
export interface RegressorUnits {
  /** [257] */
  readonly middle: Float64Array;
  readonly unit: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Pitch, yaw, roll (radians) and translation (10 cm) of aligned faces: means and deviations over 1,920 crops. */
const alignedPose = {
  angles: { middle: [0, 0, 0], unit: [0.16, 0.45, 0.06] },
  translation: { middle: [0, -0.04, -0.18], unit: [0.2, 0.075, 0.6] },
} as const;

/** The exposure's middle and deviation, as `gaussianLight` takes them. */
const brightness = { middle: 0.8, deviation: 0.2 } as const;

type Priors = Pick<MorphableModelData, "identityPrior" | "expressionPrior" | "albedoPrior">;

export function regressorUnits({ identityPrior, expressionPrior, albedoPrior }: Priors): RegressorUnits {
  const [middle, unit] = [new Float64Array(coefficientCount), new Float64Array(coefficientCount)];
  const lower = new Float64Array(coefficientCount).fill(Number.NEGATIVE_INFINITY);
  const upper = new Float64Array(coefficientCount).fill(Number.POSITIVE_INFINITY);
  const take = (name: CoefficientName, prior: CoefficientPrior) => {
    unit.set(prior.spread ?? prior.sigma, partStart[name]);
    lower.set(prior.lower, partStart[name]);
    upper.set(prior.upper, partStart[name]);
  };
  take("identity", identityPrior);
  take("expression", expressionPrior);
  take("albedo", albedoPrior);
  for (const name of ["angles", "translation"] as const) {
    middle.set(alignedPose[name].middle, partStart[name]);
    unit.set(alignedPose[name].unit, partStart[name]);
  }
  const { mean } = gaussianLight({ brightness: brightness.middle });
  middle.set(mean, partStart.light);
  unit.set(lightDeviations(), partStart.light);
  return { middle, unit, lower, upper };
}

function lightDeviations(): number[] {
  const { mean, sigmas, modes } = lightPrior.srgb;
  return mean.map((value, i) => {
    const spread = sigmas.reduce((sum, sigma, m) => sum + (brightness.middle * sigma * modes[m][i]) ** 2, 0);
    return Math.sqrt(spread + (brightness.deviation * value) ** 2);
  });
}

/** @param outputs the network's, [B * 257] @returns coefficients within their bounds, [B * 257] */
export function toCoefficients(units: RegressorUnits, outputs: ArrayLike<number>): Float64Array {
  const { middle, unit, lower, upper } = units;
  return Float64Array.from({ length: outputs.length }, (_, i) => {
    const k = i % coefficientCount;
    return Math.min(Math.max(middle[k] + unit[k] * outputs[i], lower[k]), upper[k]);
  });
}

/**
 * The gradient with respect to the outputs from that with respect to the coefficients. If a coefficient was held at a
 * bound, a gradient that pushes it further out is dropped, and one that brings it back is kept: a movement that was
 * predicted as 0 must be able to start.
 * @param outputs,gradient [B * 257]
 */
export function toOutputGradient(
  { middle, unit, lower, upper }: RegressorUnits,
  outputs: ArrayLike<number>,
  gradient: ArrayLike<number>,
): Float32Array {
  return Float32Array.from({ length: outputs.length }, (_, i) => {
    const k = i % coefficientCount;
    const free = middle[k] + unit[k] * outputs[i];
    const outward = (free < lower[k] && gradient[i] > 0) || (free > upper[k] && gradient[i] < 0);
    return outward ? 0 : unit[k] * gradient[i];
  });
}
