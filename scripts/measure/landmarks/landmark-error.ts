/** Measures how far points are from the truth, in a unit that does not depend on size or turn. */
import { defaultCamera, type MorphableModelData, type Point } from "rerenderable";
import { innerLandmarks } from "rerenderable/face";

/**
 * The distance between the outer corners of the eyes, in px, as if the face looked into the camera.
 * @param vertices world frame, [N * 3]
 */
export function outerEyeDistance(
  { landmarks }: Pick<MorphableModelData, "landmarks">,
  vertices: Float32Array,
  size: number,
): number {
  const [right, left] = [landmarks[36], landmarks[45]];
  const apart = Math.hypot(...[0, 1, 2].map((k) => vertices[3 * right + k] - vertices[3 * left + k]));
  return (apart * defaultCamera.focal * size) / defaultCamera.referenceSize / defaultCamera.distance;
}

/** The mean distance of the 51 inner points. */
export function meanInnerDistance(points: readonly Point[], truth: readonly Point[]): number {
  return mean(innerLandmarks.map((j) => Math.hypot(points[j][0] - truth[j][0], points[j][1] - truth[j][1])));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
