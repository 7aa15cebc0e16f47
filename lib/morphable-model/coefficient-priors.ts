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

/** Strengths of facial movements from 0 (at rest) to 1 (full); a spread of 0.35, as for the embedded model's. */
export function blendshapePrior(size: number): CoefficientPrior {
  return {
    size,
    sigma: new Float32Array(size).fill(0.35),
    lower: new Float32Array(size),
    upper: new Float32Array(size).fill(1),
  };
}
