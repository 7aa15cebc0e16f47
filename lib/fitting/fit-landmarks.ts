/**
 * Pose, identity and expression from 68 points: regularised least squares by damped Gauss-Newton, in plain
 * numbers on the rows of the bases that belong to the landmarks. Undamped steps with bounds do not converge.
 */
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Point } from "../image/rgb-image.js";
import type { MorphableModelData, ShapeRows } from "../morphable-model/morphable-model.js";
import { shapeRows } from "../morphable-model/morphable-model.js";
import { type Camera, defaultCamera } from "../scene/camera.js";
import { rotationMatrix } from "../scene/pose.js";
import { pixelX, pixelY } from "../scene/viewport.js";

export interface LandmarkFitOptions {
  readonly camera?: Camera;
  /** Expected error of the inner points and of the jaw, px in a picture of 224. */
  readonly innerSigma?: number;
  readonly jawSigma?: number;
  /** Residual, in sigmas, from which a point counts ever less (Cauchy). */
  readonly robustness?: number;
  readonly iterations?: number;
}

export interface LandmarkFit {
  readonly identity: Float32Array;
  readonly expression: Float32Array;
  readonly angles: Float32Array;
  readonly translation: Float32Array;
  /** Vertex that stood for each of the 68 points at the end; the jaw's slide with pose. */
  readonly vertices: Int32Array;
  /** Mean distance of the 51 inner points and of all 68, px in a picture of 224. */
  readonly innerError: number;
  readonly error: number;
  /** Projection of the 68 fitted points in px of the given picture. */
  readonly projected: readonly Point[];
}

const pointCount = 68;
const jawCount = 17;
const poseCount = 6;

/**
 * @param points where the 68 points are seen, px of a square picture of side `size`
 */
export function fitLandmarks(
  data: MorphableModelData,
  points: readonly Point[],
  size: number,
  options: LandmarkFitOptions = {},
): LandmarkFit {
  const {
    camera = defaultCamera,
    innerSigma = 1.5,
    jawSigma = 4,
    robustness = 2.5,
    iterations = 30,
  } = options;
  if (points.length !== pointCount) {
    throw new Error(`fitLandmarks: \`points\` should have ${pointCount} entries but has ${points.length}.`);
  }
  const target = points.map(
    ([x, y]) => [(x * camera.referenceSize) / size, (y * camera.referenceSize) / size] as const,
  );
  const problem = landmarkProblem(data, camera, target, { innerSigma, jawSigma, robustness });
  let parameters = problem.start;
  // Pose first: a shape fitted to a wrong pose is a caricature that it does not come back from.
  for (const active of [poseCount, parameters.length]) {
    parameters = minimise(problem, parameters, active, active === poseCount ? 12 : iterations);
  }
  return problem.describe(parameters, size);
}

interface Problem {
  readonly start: Float64Array;
  /** Slides the jaw, then weighted residuals and their Jacobian, [rows][parameters]. */
  linearise(parameters: Float64Array, active: number): { residuals: Float64Array; jacobian: Float64Array };
  cost(parameters: Float64Array): number;
  /** Precision of the prior on each parameter. */
  readonly precision: Float64Array;
  clamp(parameters: Float64Array): void;
  slide(parameters: Float64Array): void;
  describe(parameters: Float64Array, size: number): LandmarkFit;
}

function minimise(problem: Problem, start: Float64Array, active: number, iterations: number): Float64Array {
  let current = start;
  let damping = 1e-2;
  for (let i = 0; i < iterations; i++) {
    problem.slide(current);
    const cost = problem.cost(current);
    const { residuals, jacobian } = problem.linearise(current, active);
    const rows = residuals.length;
    const normal = Matrix.zeros(active, active);
    const right = Matrix.zeros(active, 1);
    for (let a = 0; a < active; a++) {
      let g = problem.precision[a] * current[a];
      for (let r = 0; r < rows; r++) g += jacobian[r * active + a] * residuals[r];
      right.set(a, 0, -g);
      for (let b = 0; b <= a; b++) {
        let h = a === b ? problem.precision[a] : 0;
        for (let r = 0; r < rows; r++) h += jacobian[r * active + a] * jacobian[r * active + b];
        normal.set(a, b, h);
        normal.set(b, a, h);
      }
    }
    let improved = false;
    for (let attempt = 0; attempt < 8 && !improved; attempt++) {
      const damped = normal.clone();
      for (let a = 0; a < active; a++) damped.set(a, a, normal.get(a, a) * (1 + damping) + 1e-9);
      const step = new CholeskyDecomposition(damped).solve(right);
      const next = current.map((value, a) => (a < active ? value + step.get(a, 0) : value));
      problem.clamp(next);
      improved = problem.cost(next) < cost;
      if (improved) {
        const settled = cost - problem.cost(next) < 1e-5 * cost;
        current = next;
        damping = Math.max(damping / 5, 1e-7);
        if (settled) return current;
      } else damping *= 6;
    }
    if (!improved) return current;
  }
  return current;
}

function landmarkProblem(
  data: MorphableModelData,
  camera: Camera,
  target: readonly (readonly [number, number])[],
  { innerSigma, jawSigma, robustness }: { innerSigma: number; jawSigma: number; robustness: number },
): Problem {
  const sizes = { identity: data.identityPrior.size, expression: data.expressionPrior.size };
  const count = poseCount + sizes.identity + sizes.expression;
  const priors = [data.identityPrior, data.expressionPrior];
  const lower = [...priors.flatMap((prior) => Array.from(prior.lower))];
  const upper = [...priors.flatMap((prior) => Array.from(prior.upper))];
  // A whisper of a prior on the pose keeps the first system regular.
  const precision = Float64Array.from([
    ...new Array(poseCount).fill(1e-4),
    ...priors.flatMap((prior) => Array.from(prior.sigma, (sigma) => 1 / sigma ** 2)),
  ]);
  const sigmas = Float64Array.from(target, (_, j) => (j < jawCount ? jawSigma : innerSigma));
  const paths = data.contours.map((vertices) => ({ vertices, rows: shapeRows(data, vertices) }));
  const fixed = { vertices: data.landmarks, rows: shapeRows(data, data.landmarks) };
  const chosen = new Int32Array(jawCount); // where on its path each jaw point stands
  const rowOf = (j: number): [ShapeRows, number] =>
    j < jawCount ? [paths[j].rows, chosen[j]] : [fixed.rows, j];

  const modelPoint = (p: Float64Array, rows: ShapeRows, i: number): [number, number, number] => {
    const x: [number, number, number] = [rows.mean[3 * i], rows.mean[3 * i + 1], rows.mean[3 * i + 2]];
    rows.modes.forEach((mode, m) => {
      for (let k = 0; k < 3; k++) x[k] += p[poseCount + m] * mode[3 * i + k];
    });
    return x;
  };
  const poseOf = (p: Float64Array) => ({
    rotation: rotationMatrix([p[0], p[1], p[2]]),
    shift: [p[3], p[4], p[5]],
  });
  const rotate = (rotation: ReturnType<typeof rotationMatrix>, x: readonly number[]) =>
    rotation.map((row) => row[0] * x[0] + row[1] * x[1] + row[2] * x[2]);
  const project = (world: readonly number[]): [number, number] => {
    const scale = camera.focal / (camera.referenceSize / 2) / (camera.distance - world[2]);
    return [pixelX(scale * world[0], camera.referenceSize), pixelY(scale * world[1], camera.referenceSize)];
  };
  const see = (p: Float64Array, j: number) => {
    const { rotation, shift } = poseOf(p);
    const [rows, i] = rowOf(j);
    return project(rotate(rotation, modelPoint(p, rows, i)).map((c, k) => c + shift[k]));
  };
  const offset = (p: Float64Array, j: number) => {
    const [x, y] = see(p, j);
    return [(x - target[j][0]) / sigmas[j], (y - target[j][1]) / sigmas[j]] as const;
  };

  return {
    start: new Float64Array(count),
    precision,
    clamp(p) {
      for (let i = poseCount; i < count; i++)
        p[i] = Math.min(Math.max(p[i], lower[i - poseCount]), upper[i - poseCount]);
    },
    slide(p) {
      const { rotation, shift } = poseOf(p);
      for (let j = 0; j < jawCount; j++) {
        if (j === 8) continue; // the chin stays
        const outward = j < 8 ? -1 : 1;
        let best = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < paths[j].vertices.length; i++) {
          const [x] = project(rotate(rotation, modelPoint(p, paths[j].rows, i)).map((c, k) => c + shift[k]));
          if (outward * x > best) [best, chosen[j]] = [outward * x, i];
        }
      }
    },
    cost(p) {
      let sum = 0;
      for (let j = 0; j < pointCount; j++) {
        const [dx, dy] = offset(p, j);
        sum += robustness ** 2 * Math.log1p((dx * dx + dy * dy) / robustness ** 2);
      }
      for (let a = 0; a < count; a++) sum += precision[a] * p[a] * p[a];
      return sum;
    },
    linearise(p, active) {
      const residuals = new Float64Array(2 * pointCount);
      const jacobian = new Float64Array(2 * pointCount * active);
      const { rotation, shift } = poseOf(p);
      const turns = [0, 1, 2].map((axis) => rotationDerivative(p, axis));
      for (let j = 0; j < pointCount; j++) {
        const [rows, i] = rowOf(j);
        const model = modelPoint(p, rows, i);
        const world = rotate(rotation, model).map((c, k) => c + shift[k]);
        const [dx, dy] = offset(p, j);
        // Cauchy: iteratively reweighted least squares
        const weight = 1 / Math.sqrt(1 + (dx * dx + dy * dy) / robustness ** 2);
        residuals[2 * j] = weight * dx;
        residuals[2 * j + 1] = weight * dy;
        const depth = camera.distance - world[2];
        const scale = (camera.focal / depth) * (weight / sigmas[j]);
        const put = (a: number, d: readonly number[]) => {
          jacobian[2 * j * active + a] = scale * (d[0] + (world[0] / depth) * d[2]);
          jacobian[(2 * j + 1) * active + a] = -scale * (d[1] + (world[1] / depth) * d[2]); // y down
        };
        turns.forEach((turn, axis) => {
          put(axis, rotate(turn, model));
        });
        for (let k = 0; k < 3; k++) put(3 + k, [Number(k === 0), Number(k === 1), Number(k === 2)]);
        for (let m = 0; m < active - poseCount; m++) {
          const mode = rows.modes[m];
          put(poseCount + m, rotate(rotation, [mode[3 * i], mode[3 * i + 1], mode[3 * i + 2]]));
        }
      }
      return { residuals, jacobian };
    },
    describe(p, size) {
      this.slide(p);
      const seen = target.map((_, j) => see(p, j));
      const distances = seen.map(([x, y], j) => Math.hypot(x - target[j][0], y - target[j][1]));
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      const factor = size / camera.referenceSize;
      return {
        angles: Float32Array.from(p.subarray(0, 3)),
        translation: Float32Array.from(p.subarray(3, 6)),
        identity: Float32Array.from(p.subarray(poseCount, poseCount + sizes.identity)),
        expression: Float32Array.from(p.subarray(poseCount + sizes.identity)),
        vertices: Int32Array.from(target, (_, j) =>
          j < jawCount ? paths[j].vertices[chosen[j]] : fixed.vertices[j],
        ),
        innerError: mean(distances.slice(jawCount)),
        error: mean(distances),
        projected: seen.map(([x, y]): Point => [x * factor, y * factor]),
      };
    },
  };
}

/** The derivative of the rotation by one angle, by central differences in double precision (error 1e-10). */
function rotationDerivative(p: Float64Array, axis: number): ReturnType<typeof rotationMatrix> {
  const at = (step: number) =>
    rotationMatrix([0, 1, 2].map((k) => p[k] + (k === axis ? step : 0)) as [number, number, number]);
  const [after, before] = [at(1e-5), at(-1e-5)];
  return after.map((row, r) => row.map((value, c) => (value - before[r][c]) / 2e-5)) as unknown as ReturnType<
    typeof rotationMatrix
  >;
}
