/**
 * The 68 points of a face (iBUG / Multi-PIE order) and their names. Left and right are the person's own: the
 * right eye stands on the left of the picture.
 */
import type { Point } from "../../base/image/rgb-image.js";
import { meanPoint } from "../../base/image/similarity.js";

/** Index ranges, first and last included. */
const groups = {
  jaw: [0, 16],
  rightBrow: [17, 21],
  leftBrow: [22, 26],
  noseBridge: [27, 30],
  nostrils: [31, 35],
  rightEye: [36, 41],
  leftEye: [42, 47],
  outerLips: [48, 59],
  innerLips: [60, 67],
} as const;

export type LandmarkGroup = keyof typeof groups;

export const landmarkCount = 68;

/** Indices of each named group, in order along the feature. */
export const landmarkGroups: Readonly<Record<LandmarkGroup, readonly number[]>> = Object.fromEntries(
  Object.entries(groups).map(([name, [first, last]]) => [name, range(first, last)]),
) as Record<LandmarkGroup, number[]>;

/** The 51 points inside the face: a jaw point is where the silhouette happens to be, not a place on the skin. */
export const innerLandmarks: readonly number[] = range(17, 67);

/** For each point of a mirrored picture the point that it comes from: `mirrored[i] = flip(points[mirrorOrder[i]])`. */
export const mirrorOrder: readonly number[] = [
  ...range(0, 16).reverse(),
  ...range(17, 26).reverse(),
  ...range(27, 30),
  ...range(31, 35).reverse(),
  ...[45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40],
  ...[54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55],
  ...[64, 63, 62, 61, 60, 67, 66, 65],
];

/**
 * Centre of the right eye, of the left eye, tip of the nose, right and left corner of the mouth: in the picture
 * of an upright face, from left to right and from top to bottom.
 */
export type FivePoints = readonly [Point, Point, Point, Point, Point];

/** The five alignment points of 68. */
export function fivePoints(points: readonly Point[]): FivePoints {
  checkPoints("fivePoints", points);
  const eye = (group: LandmarkGroup) => meanPoint(landmarkGroups[group].map((i) => points[i]));
  return [eye("rightEye"), eye("leftEye"), points[30], points[48], points[54]];
}

/** Stops unless there are 68 finite points. */
export function checkPoints(caller: string, points: readonly Point[]): void {
  if (points.length !== landmarkCount) {
    throw new Error(`${caller}: \`points\` should have ${landmarkCount} points but has ${points.length}.`);
  }
  const bad = points.findIndex((point) => !point.every(Number.isFinite));
  if (bad >= 0) throw new Error(`${caller}: \`points[${bad}]\` should be finite but is [${points[bad]}].`);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
