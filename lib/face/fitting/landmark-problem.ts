/**
 * What the 68 points say about pose, identity and expression, as a least-squares problem in plain numbers on
 * the rows of the bases that belong to the landmarks. The jaw's points slide over the cheek as the head turns.
 */
import type { Point } from "../../base/image/rgb-image.js";
import type { Camera } from "../../graphics/scene/camera.js";
import type { Matrix, Vector } from "../../graphics/scene/light.js";
import { rotationMatrix } from "../../graphics/scene/pose.js";
import { pixelX, pixelY } from "../../graphics/scene/viewport.js";
import { isMovement } from "../morphable-model/coefficient-priors.js";
import { type MorphableModelData, shapeRows } from "../morphable-model/morphable-model.js";
import { denseEquations, type LeastSquaresProblem } from "./gauss-newton.js";

export const jawCount = 17;
/** Parameters: 3 angles, 3 of translation, then identity and expression. */
export const poseCount = 6;

export interface LandmarkNoise {
  /** Expected error of each point, px at the camera's reference size. */
  readonly sigmas: readonly number[];
  /** Residual, in sigmas, from which a point counts ever less (Cauchy). */
  readonly robustness: number;
}

export interface LandmarkProblem extends LeastSquaresProblem {
  readonly start: Float64Array;
  /** Side of the picture, px; all distances are in pixels of it. */
  readonly referenceSize: number;
  /** Where the model's points fall, px at the camera's reference size. */
  project(parameters: Float64Array): Point[];
  /** Vertices that stand for the 68 points now. */
  vertices(): Int32Array;
}

/** @param target the 68 points, px at the camera's reference size */
export function landmarkProblem(
  data: MorphableModelData,
  camera: Camera,
  target: readonly Point[],
  { sigmas, robustness }: LandmarkNoise,
): LandmarkProblem {
  const candidates = landmarkCandidates(data);
  const chosen = new Int32Array(jawCount); // the place of each jaw point on its path
  const row = (j: number): [PointRows, number] =>
    j < jawCount ? [candidates.paths[j], chosen[j]] : [candidates.fixed, j];
  const see = (p: Float64Array, j: number): Point => {
    const [rows, i] = row(j);
    return toPixels(pose(p, modelPoint(p, rows, i)), camera);
  };
  const offset = (p: Float64Array, j: number): Point => {
    const [x, y] = see(p, j);
    return [(x - target[j][0]) / sigmas[j], (y - target[j][1]) / sigmas[j]];
  };

  return {
    ...bounds(data),
    referenceSize: camera.referenceSize,
    project: (p) => target.map((_, j) => see(p, j)),
    vertices: () =>
      Int32Array.from(target, (_, j) => (j < jawCount ? data.contours[j][chosen[j]] : seenAt(data)[j])),
    prepare(p) {
      for (let j = 0; j < jawCount; j++) {
        if (j === 8) continue; // the chin stays
        const outward = j < 8 ? -1 : 1;
        const xs = Array.from(
          data.contours[j],
          (_, i) => toPixels(pose(p, modelPoint(p, candidates.paths[j], i)), camera)[0],
        );
        chosen[j] = xs.reduce((best, x, i) => (outward * x > outward * xs[best] ? i : best), 0);
      }
    },
    cost: (p) =>
      target.reduce((sum, _, j) => {
        const [dx, dy] = offset(p, j);
        return sum + robustness ** 2 * Math.log1p((dx * dx + dy * dy) / robustness ** 2);
      }, 0),
    normalEquations(p, active) {
      const residuals = new Float64Array(2 * target.length);
      const jacobian = new Float64Array(2 * target.length * active);
      target.forEach((_, j) => {
        const [dx, dy] = offset(p, j);
        // Iteratively reweighted least squares.
        const weight = 1 / Math.sqrt(1 + (dx * dx + dy * dy) / robustness ** 2);
        residuals.set([weight * dx, weight * dy], 2 * j);
        const [rows, i] = row(j);
        writeDerivatives(jacobian, p, active, j, rows, i, camera, weight / sigmas[j]);
      });
      return denseEquations(residuals, jacobian, active);
    },
  };
}

/** A very weak prior on the pose keeps the first system regular. */
const posePrecision = 1e-4;

function bounds({ identityPrior, expressionPrior }: MorphableModelData) {
  const priors = [identityPrior, expressionPrior];
  const collect = (pose: number, part: (prior: typeof identityPrior) => Iterable<number>) =>
    Float64Array.from([...new Array(poseCount).fill(pose), ...priors.flatMap((prior) => [...part(prior)])]);
  return {
    start: collect(0, (prior) => prior.sigma.map(() => 0)),
    mean: collect(0, (prior) => prior.sigma.map(() => 0)),
    precision: collect(posePrecision, (prior) =>
      prior.sigma.map((sigma, i) => (isMovement(prior, i) ? 1 : 1 / sigma ** 2)),
    ),
    rate: collect(0, (prior) => prior.sigma.map((sigma, i) => (isMovement(prior, i) ? 1 / sigma : 0))),
    lower: collect(Number.NEGATIVE_INFINITY, (prior) => prior.lower),
    upper: collect(Number.POSITIVE_INFINITY, (prior) => prior.upper),
  };
}

/**
 * Places of a few points, and how each coefficient moves them. The numbers of one point stand side by side, which is
 * read 4 times as fast.
 */
interface PointRows {
  /** [K * 3] */
  readonly mean: Float64Array;
  /** [K, modes, 3] */
  readonly modes: Float64Array;
}

interface Candidates {
  readonly fixed: PointRows;
  readonly paths: readonly PointRows[];
}

/** Vertices of the 68 points as the detector sees them, if the model knows those. */
const seenAt = ({ detectedLandmarks, landmarks }: MorphableModelData) => detectedLandmarks ?? landmarks;

const known = new WeakMap<MorphableModelData, Candidates>();

/** The rows of all landmarks and jaw paths: picked from the bases once a model. */
function landmarkCandidates(data: MorphableModelData): Candidates {
  const found = known.get(data);
  if (found) return found;
  const candidates = {
    fixed: pointRows(data, seenAt(data)),
    paths: data.contours.map((vertices) => pointRows(data, vertices)),
  };
  known.set(data, candidates);
  return candidates;
}

function pointRows(data: MorphableModelData, vertices: ArrayLike<number>): PointRows {
  const { mean, modes } = shapeRows(data, vertices);
  const packed = new Float64Array(mean.length * modes.length);
  modes.forEach((mode, m) => {
    for (let i = 0; i < vertices.length; i++) {
      packed.set(mode.subarray(3 * i, 3 * i + 3), 3 * (i * modes.length + m));
    }
  });
  return { mean, modes: packed };
}

function modelPoint(p: Float64Array, { mean, modes }: PointRows, i: number): Vector {
  let x = mean[3 * i];
  let y = mean[3 * i + 1];
  let z = mean[3 * i + 2];
  const count = p.length - poseCount;
  for (let m = poseCount, from = 3 * i * count; m < p.length; m++, from += 3) {
    const c = p[m];
    if (c === 0) continue;
    x += c * modes[from];
    y += c * modes[from + 1];
    z += c * modes[from + 2];
  }
  return [x, y, z];
}

function rotate(rotation: Matrix, [x, y, z]: Vector): Vector {
  const [a, b, c] = rotation;
  return [a[0] * x + a[1] * y + a[2] * z, b[0] * x + b[1] * y + b[2] * z, c[0] * x + c[1] * y + c[2] * z];
}

function pose(p: Float64Array, point: Vector): Vector {
  const [x, y, z] = rotate(rotationMatrix([p[0], p[1], p[2]]), point);
  return [x + p[3], y + p[4], z + p[5]];
}

function toPixels([x, y, z]: Vector, { focal, referenceSize, distance }: Camera): Point {
  const scale = focal / (referenceSize / 2) / (distance - z);
  return [pixelX(scale * x, referenceSize), pixelY(scale * y, referenceSize)];
}

/** Rows 2j and 2j + 1 of the Jacobian: how a point's pixel moves with each parameter, times `scale`. */
function writeDerivatives(
  jacobian: Float64Array,
  p: Float64Array,
  active: number,
  j: number,
  rows: PointRows,
  i: number,
  camera: Camera,
  scale: number,
): void {
  const point = modelPoint(p, rows, i);
  const [x, y, z] = pose(p, point);
  const depth = camera.distance - z;
  const perUnit = (camera.focal / depth) * scale;
  const put = (a: number, [dx, dy, dz]: Vector) => {
    jacobian[2 * j * active + a] = perUnit * (dx + (x / depth) * dz);
    jacobian[(2 * j + 1) * active + a] = -perUnit * (dy + (y / depth) * dz); // pixels have y down
  };
  for (let axis = 0; axis < 3; axis++) put(axis, rotate(rotationDerivative(p, axis), point));
  put(3, [1, 0, 0]);
  put(4, [0, 1, 0]);
  put(5, [0, 0, 1]);
  const rotation = rotationMatrix([p[0], p[1], p[2]]);
  let from = 3 * i * (p.length - poseCount);
  for (let a = poseCount; a < active; a++, from += 3) {
    put(a, rotate(rotation, [rows.modes[from], rows.modes[from + 1], rows.modes[from + 2]]));
  }
}

/** The derivative of the rotation by one angle, by central differences in double precision (error 1e-10). */
export function rotationDerivative(p: Float64Array, axis: number): Matrix {
  const at = (step: number) =>
    rotationMatrix([0, 1, 2].map((k) => p[k] + (k === axis ? step : 0)) as unknown as Vector);
  const [after, before] = [at(1e-5), at(-1e-5)];
  return after.map((row, r) => row.map((value, c) => (value - before[r][c]) / 2e-5)) as unknown as Matrix;
}
