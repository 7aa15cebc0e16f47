/** Priors that the loaders of models share. */
import type { CoefficientPrior } from "./morphable-model.js";

/** Coefficients in standard deviations, within ±3. */
export function normalPrior(size: number): CoefficientPrior {
  return {
    size,
    sigma: new Float32Array(size).fill(1),
    lower: new Float32Array(size).fill(-3),
    upper: new Float32Array(size).fill(3),
  };
}

/**
 * Strengths of facial movements, from 0 (at rest) to 1 (full). Their mean is that of most movements of the embedded
 * model.
 */
export function blendshapePrior(size: number): CoefficientPrior {
  return {
    size,
    sigma: new Float32Array(size).fill(0.1),
    lower: new Float32Array(size),
    upper: new Float32Array(size).fill(1),
  };
}

/**
 * Whether a coefficient is the strength of a movement: it is never below 0, most often 0, and about exponential with
 * the mean `sigma`. With half a normal distribution in its place the lips of faces at rest moved by 0.055 (median), and
 * strong movements came out too weak.
 */
export function isMovement({ lower }: CoefficientPrior, i: number): boolean {
  return lower[i] >= 0;
}
