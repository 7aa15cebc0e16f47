/** Principal components of displacement fields that come in mirrored pairs. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export interface Components {
  /** Each mode times its standard deviation, so that its coefficient has unit variance; [count][N * 3]. */
  readonly modes: Float64Array[];
  readonly variances: number[];
  /** The variance of all modes together. */
  readonly total: number;
}

/**
 * A set that holds the mirror image of each of its members splits exactly into symmetric and antisymmetric
 * parts, so each half is decomposed alone: smaller matrices, and modes whose symmetry is exact.
 * @param fields one displacement field a sample, centred on zero; [S][N * 3]
 * @param mirror mirror image of each vertex
 */
export function mirroredComponents(
  fields: readonly Float64Array[],
  mirror: readonly number[],
  count: number,
): Components {
  const halves = [1, -1].map((sign) => components(fields.map((field) => symmetricPart(field, mirror, sign))));
  const all = halves.flatMap(({ modes, variances }) =>
    modes.map((mode, i) => ({ mode, variance: variances[i] })),
  );
  all.sort((a, b) => b.variance - a.variance);
  return {
    modes: all.slice(0, count).map(({ mode }) => mode),
    variances: all.slice(0, count).map(({ variance }) => variance),
    total: all.reduce((sum, { variance }) => sum + variance, 0),
  };
}

/** Half the sum (sign 1) or difference (sign −1) of a field and its mirror image about x = 0. */
export function symmetricPart(field: Float64Array, mirror: readonly number[], sign: number): Float64Array {
  const part = new Float64Array(field.length);
  for (let v = 0; v < mirror.length; v++) {
    const twin = mirror[v];
    part[3 * v] = (field[3 * v] - sign * field[3 * twin]) / 2;
    part[3 * v + 1] = (field[3 * v + 1] + sign * field[3 * twin + 1]) / 2;
    part[3 * v + 2] = (field[3 * v + 2] + sign * field[3 * twin + 2]) / 2;
  }
  return part;
}

/** Components of centred samples through their Gram matrix, which is smaller than their covariance. */
export function components(samples: readonly Float64Array[]): { modes: Float64Array[]; variances: number[] } {
  const n = samples.length;
  const gram = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      const [a, b] = [samples[i], samples[j]];
      for (let k = 0; k < a.length; k++) dot += a[k] * b[k];
      gram.set(i, j, dot / n);
      gram.set(j, i, dot / n);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const kept = order.filter((i) => realEigenvalues[i] > 1e-9 * realEigenvalues[order[0]]).slice(0, 120);
  const modes = kept.map((i) => {
    const mode = new Float64Array(samples[0].length);
    for (let s = 0; s < n; s++) {
      const weight = eigenvectorMatrix.get(s, i) / Math.sqrt(n);
      for (let k = 0; k < mode.length; k++) mode[k] += weight * samples[s][k];
    }
    return withFixedSign(mode);
  });
  return { modes, variances: kept.map((i) => realEigenvalues[i]) };
}

/** Fixes a sign: an eigenvector's is arbitrary, so the largest entry is made positive. */
function withFixedSign(mode: Float64Array): Float64Array {
  const largest = mode.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? mode.map((value) => -value) : mode;
}
