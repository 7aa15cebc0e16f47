/**
 * Regularised nonlinear least squares within bounds, by damped Gauss-Newton (Levenberg-Marquardt). Undamped
 * steps do not converge where bounds are active.
 */
import { CholeskyDecomposition, Matrix } from "ml-matrix";

export interface LeastSquaresProblem {
  /** Precision of the normal prior on each parameter, about 0. */
  readonly precision: Float64Array;
  /** Rate of the exponential prior on each parameter: 1 over its mean, 0 for those that have none. */
  readonly rate: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Sum of squared (or robust) residuals, without the prior. */
  cost(parameters: Float64Array): number;
  /** Weighted residuals, [rows], and their derivative by the first `active` parameters, [rows * active]. */
  linearise(parameters: Float64Array, active: number): { residuals: Float64Array; jacobian: Float64Array };
  /** Called before each step: the problem may choose correspondences anew. */
  prepare(parameters: Float64Array): void;
}

/** Stops when a step lowers the cost by less than this share. */
const leastGain = 1e-5;

/** @param active only the first parameters move @returns new parameters */
export function minimiseLeastSquares(
  problem: LeastSquaresProblem,
  start: Float64Array,
  active: number,
  iterations: number,
): Float64Array {
  const total = (p: Float64Array) =>
    problem.cost(p) +
    p.reduce((sum, v, a) => sum + problem.precision[a] * v * v + 2 * problem.rate[a] * v, 0);
  let current = start;
  let damping = 1e-2;
  for (let i = 0; i < iterations; i++) {
    problem.prepare(current);
    const cost = total(current);
    const { normal, right } = normalEquations(problem, current, active);
    let next: Float64Array | undefined;
    for (let attempt = 0; attempt < 8; attempt++) {
      const trial = step(problem, current, normal, right, damping);
      if (total(trial) < cost) {
        next = trial;
        damping = Math.max(damping / 5, 1e-7);
        break;
      }
      damping *= 6;
    }
    if (!next) return current;
    const gain = cost - total(next);
    current = next;
    if (gain < leastGain * cost) return current;
  }
  return current;
}

function normalEquations(problem: LeastSquaresProblem, at: Float64Array, active: number) {
  const { residuals, jacobian } = problem.linearise(at, active);
  const normal = Matrix.zeros(active, active);
  const right = Matrix.zeros(active, 1);
  for (let a = 0; a < active; a++) {
    let gradient = problem.precision[a] * at[a] + problem.rate[a];
    for (let r = 0; r < residuals.length; r++) gradient += jacobian[r * active + a] * residuals[r];
    right.set(a, 0, -gradient);
    for (let b = 0; b <= a; b++) {
      let sum = a === b ? problem.precision[a] : 0;
      for (let r = 0; r < residuals.length; r++) sum += jacobian[r * active + a] * jacobian[r * active + b];
      normal.set(a, b, sum);
      normal.set(b, a, sum);
    }
  }
  return { normal, right };
}

function step(
  { lower, upper }: LeastSquaresProblem,
  from: Float64Array,
  normal: Matrix,
  right: Matrix,
  damping: number,
): Float64Array {
  const damped = normal.clone();
  for (let a = 0; a < normal.rows; a++) damped.set(a, a, normal.get(a, a) * (1 + damping) + 1e-9);
  const change = new CholeskyDecomposition(damped).solve(right);
  return from.map((value, a) =>
    a < normal.rows ? Math.min(Math.max(value + change.get(a, 0), lower[a]), upper[a]) : value,
  );
}
