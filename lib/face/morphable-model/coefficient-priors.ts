/** Priors that the loaders of models share. */
import type { CoefficientPrior } from "./morphable-model.js";

/** Coefficients in standard deviations, held within three. */
export function normalPrior(size: number): CoefficientPrior {
  return {
    size,
    sigma: new Float32Array(size).fill(1),
    lower: new Float32Array(size).fill(-3),
    upper: new Float32Array(size).fill(3),
  };
}

/** Strengths of facial movements from 0 (at rest) to 1 (full), with the mean of most of the embedded model's. */
export function blendshapePrior(size: number): CoefficientPrior {
  return {
    size,
    sigma: new Float32Array(size).fill(0.1),
    lower: new Float32Array(size),
    upper: new Float32Array(size).fill(1),
  };
}

/**
 * Whether a coefficient is the strength of a movement: never below 0, most often 0, about exponential with `sigma` as
 * its mean. With half a normal in its place, faces at rest came out with lips moved by 0.055 (median), and strong
 * movements too weak.
 */
export function isMovement({ lower }: CoefficientPrior, i: number): boolean {
  return lower[i] >= 0;
}
