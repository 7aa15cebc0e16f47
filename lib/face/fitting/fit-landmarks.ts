/** Pose, identity and expression of a face from its 68 points. */
import type { Point } from "../../base/image/rgb-image.js";
import { type Camera, defaultCamera } from "../../graphics/scene/camera.js";
import { checkPoints } from "../landmarks/landmarks.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { minimiseLeastSquares } from "./gauss-newton.js";
import { jawCount, landmarkProblem, poseCount } from "./landmark-problem.js";

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
  /** Pitch, yaw, roll; radians. */
  readonly angles: Float32Array;
  /** Units of 10 cm. */
  readonly translation: Float32Array;
  /** The vertex that stood for each of the 68 points at the end. The vertices of the jaw depend on the pose. */
  readonly vertices: Int32Array;
  /** Mean distance of the 51 inner points and of all 68, px in a picture of 224. */
  readonly innerError: number;
  readonly error: number;
  /** Projection of the 68 fitted points in px of the given picture. */
  readonly projected: readonly Point[];
}

/** @param points where the 68 points are seen, px of a square picture of side `size` */
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
  checkPoints("fitLandmarks", points);
  const factor = camera.referenceSize / size;
  const target = points.map(([x, y]): Point => [x * factor, y * factor]);
  const sigmas = target.map((_, j) => (j < jawCount ? jawSigma : innerSigma));
  const problem = landmarkProblem(data, camera, target, { sigmas, robustness });

  // Pose first: a shape that is fitted to a wrong pose becomes a caricature, and later steps do not mend it.
  const posed = minimiseLeastSquares(problem, problem.start, { active: poseCount, iterations: 12 });
  const fitted = minimiseLeastSquares(problem, posed, { iterations });

  problem.prepare(fitted);
  const seen = problem.project(fitted);
  const distances = seen.map(([x, y], j) => Math.hypot(x - target[j][0], y - target[j][1]));
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const shape = Float32Array.from(fitted.subarray(poseCount));
  return {
    angles: Float32Array.from(fitted.subarray(0, 3)),
    translation: Float32Array.from(fitted.subarray(3, poseCount)),
    identity: shape.slice(0, data.identityPrior.size),
    expression: shape.slice(data.identityPrior.size),
    vertices: problem.vertices(),
    innerError: mean(distances.slice(jawCount)),
    error: mean(distances),
    projected: seen.map(([x, y]): Point => [x / factor, y / factor]),
  };
}
