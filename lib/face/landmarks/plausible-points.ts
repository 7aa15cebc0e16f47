/**
 * Whether points can be those of a face, from the points alone: how large they are, that they lie in the order of a
 * face, and that they are not its mirror image.
 */
import type { Point } from "../../base/image/rgb-image.js";
import { meanPoint } from "../../base/image/similarity.js";
import { fivePoints, type LandmarkGroup, landmarkCount, landmarkGroups } from "./landmarks.js";

/** Eyes that are closer say nothing of a face, px. */
const leastEyes = 4;

/**
 * Least signed area between the eyes and the mouth, as a part of the square over the way from eyes to mouth. A mirrored
 * frontal face has about -0.9; a profile has about 0, on either side.
 */
const leastArea = -0.1;

/**
 * The longest way along all features from point to point, as a multiple of the larger side of the box around them. 120
 * faces have 4.2 to 5.6; the same points in a random order 22 and more.
 */
const longestWay = 10;

/** @param points 5 or 68 finite points, px @returns what speaks against them, in some words; undefined if nothing does */
export function whyNoFace(points: readonly Point[]): string | undefined {
  const five = points.length === landmarkCount ? fivePoints(points) : points;
  const [right, left, nose, mouthRight, mouthLeft] = five;
  const eyes = meanPoint([right, left]);
  const across = difference(left, right);
  const down = difference(meanPoint([mouthRight, mouthLeft]), eyes);
  const height = Math.hypot(...down);
  const apart = Math.max(Math.hypot(...across), height);
  if (!(apart > leastEyes)) return `eyes and mouth ${apart.toFixed(1)} px apart`;
  const along = (point: Point) => dot(difference(point, eyes), down) / height ** 2;
  const area = (across[0] * down[1] - across[1] * down[0]) / height ** 2;
  if (!(area > leastArea)) return "a mirrored face: left and right, or x and y, are exchanged";
  if (!(along(nose) > -0.3 && along(nose) < 1.3)) return "a nose that is not between eyes and mouth";
  if (points.length !== landmarkCount) return undefined;
  const middle = (group: LandmarkGroup) => along(meanPoint(landmarkGroups[group].map((i) => points[i])));
  const brows = (middle("rightBrow") + middle("leftBrow")) / 2;
  const rising = [brows, 0, middle("nostrils"), middle("outerLips"), along(points[8])];
  if (rising.some((value, i) => i > 0 && !(value > rising[i - 1])))
    return "brows, eyes, nose, mouth and chin in another order";
  const way = wayAlong(points) / extent(points);
  return way < longestWay ? undefined : "points in another order";
}

/** How far the face is turned in the picture, radians: 0 where the mouth is below the eyes. */
export function rollOfFace(points: readonly Point[]): number {
  const [right, left, , mouthRight, mouthLeft] =
    points.length === landmarkCount ? fivePoints(points) : points;
  const [x, y] = difference(meanPoint([mouthRight, mouthLeft]), meanPoint([right, left]));
  return Math.atan2(-x, y);
}

function wayAlong(points: readonly Point[]): number {
  let way = 0;
  for (const group of Object.values(landmarkGroups))
    for (const i of group.slice(1)) way += Math.hypot(...difference(points[i], points[i - 1]));
  return way;
}

function extent(points: readonly Point[]): number {
  const [width, height] = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    return Math.max(...values) - Math.min(...values);
  });
  return Math.max(width, height);
}

const difference = (a: Point, b: Point): [number, number] => [a[0] - b[0], a[1] - b[1]];
const dot = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1];
