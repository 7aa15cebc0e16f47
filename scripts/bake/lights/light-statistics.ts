/** Mean and principal components of lights, 27 numbers each. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { type Light, lightSize } from "rerenderable";
import type { LightStatistics } from "rerenderable/graphics";

/** @param samples any number of lights @returns components by falling deviation, each of length 1 */
export function lightStatistics(samples: readonly Light[]): LightStatistics {
  const mean = Array.from({ length: lightSize }, (_, i) => average(samples.map((light) => light[i])));
  const covariance = Matrix.zeros(lightSize, lightSize);
  for (const light of samples) {
    const offset = light.map((value, i) => value - mean[i]);
    for (let i = 0; i < lightSize; i++) {
      for (let j = 0; j < lightSize; j++) {
        covariance.set(i, j, covariance.get(i, j) + (offset[i] * offset[j]) / samples.length);
      }
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  return {
    mean,
    sigmas: order.map((i) => Math.sqrt(Math.max(realEigenvalues[i], 0))),
    modes: order.map((i) => withFixedSign(eigenvectorMatrix.getColumn(i))),
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Fixes a sign: an eigenvector's is arbitrary, so the largest entry is made positive. */
function withFixedSign(mode: readonly number[]): number[] {
  const largest = mode.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return mode.map((value) => (largest < 0 ? 0 - value : value));
}
