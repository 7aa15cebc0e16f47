/**
 * The coefficient term of Deng et al. (2019, Eq. 6 there): `ω_α ‖α‖² + ω_β ‖β‖² + ω_γ ‖γ‖²` of identity, expression and
 * albedo in deviations. The strength of a movement is never below 0 and about exponential, so it counts `2 |β|` in
 * place of β².
 */
import { partStart } from "../models/regressor-units.js";
import { isMovement } from "../morphable-model/coefficient-priors.js";
import type { CoefficientPrior, MorphableModelData } from "../morphable-model/morphable-model.js";

export interface RegularisationWeights {
  readonly identity: number;
  readonly expression: number;
  readonly albedo: number;
}

type Priors = Pick<MorphableModelData, "identityPrior" | "expressionPrior" | "albedoPrior">;

/**
 * @param face 257 numbers
 * @param gradient of `weight` times the term with respect to `face`, added to
 */
export function coefficientRegularisation(
  { identityPrior, expressionPrior, albedoPrior }: Priors,
  face: ArrayLike<number>,
  weights: RegularisationWeights,
  weight: number,
  gradient: Float64Array,
): number {
  const parts: [prior: CoefficientPrior, start: number, share: number][] = [
    [identityPrior, partStart.identity, weights.identity],
    [expressionPrior, partStart.expression, weights.expression],
    [albedoPrior, partStart.albedo, weights.albedo],
  ];
  let sum = 0;
  for (const [prior, start, share] of parts) {
    for (let i = 0; i < prior.size; i++) {
      const deviation = prior.sigma[i];
      const value = face[start + i] / deviation;
      const movement = isMovement(prior, i);
      sum += share * (movement ? 2 * Math.abs(value) : value ** 2);
      gradient[start + i] += (weight * share * 2 * (movement ? Math.sign(value) : value)) / deviation;
    }
  }
  return sum;
}
