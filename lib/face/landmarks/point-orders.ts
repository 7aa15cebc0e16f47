/**
 * Other programs' points as the 68 of iBUG. Each table has, for each of the 68, the point that stands there, or the two
 * that it lies between.
 */
import type { Point } from "../../base/image/rgb-image.js";
import { meanPoint } from "../../base/image/similarity.js";
import { landmarkCount } from "./landmarks.js";

type Order = readonly (number | readonly [number, number])[];

const range = (first: number, last: number, step = 1) =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);

/** The 98 points of WFLW (Wu et al. 2018): 33 of the outline, nine a brow, eight an eye, 20 of the lips, two pupils. */
const wflw: Order = [
  ...range(0, 32, 2),
  ...range(33, 37),
  ...range(42, 46),
  ...range(51, 59),
  ...[60, 61, 63, 64, 65, 67],
  ...[68, 69, 71, 72, 73, 75],
  ...range(76, 95),
];

/** The 106 points of JD-landmark and LaPa (Liu et al. 2019), which lie in iBUG's order with more between them. */
const lapa: Order = [
  ...range(0, 32, 2),
  ...range(33, 42),
  ...range(43, 51),
  ...range(52, 57),
  ...range(58, 63),
  ...range(84, 103),
];

/** The 106 points of InsightFace's `2d106det`. */
const insightFace: Order = [
  ...[1, 10, 12, 14, 16, 3, 5, 7, 0, 23, 21, 19, 32, 30, 28, 26, 17],
  ...[43, 48, 49, 51, 50, 102, 103, 104, 105, 101],
  ...[72, 73, 74, 86, 78, 79, 80, 85, 84],
  ...[35, 41, 42, 39, 37, 36, 89, 95, 96, 93, 91, 90],
  ...[52, 64, 63, 71, 67, 68, 61, 58, 59, 53, 56, 55],
  ...[65, 66, 62, 70, 69, 57, 60, 54],
];

/** MediaPipe's 468 points of the face mesh; with irises there are 478. */
const mediaPipe: Order = [
  ...[127, 234, 93, [132, 58], [58, 172], 136, 150, 176, 152],
  ...[400, 379, 365, [397, 288], [288, 361], 323, 454, 356],
  ...[70, 63, 105, 66, 107, 336, 296, 334, 293, 300],
  ...[[168, 6], [197, 195], 5, 4, 75, 97, 2, 326, 305],
  ...[33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380],
  ...[61, 39, 37, 0, 267, 269, 291, 321, 314, 17, 84, 91],
  ...[78, 82, 13, 312, 308, 317, 14, 87],
] as Order;

const plain = (count: number): Order => range(0, count - 1);

/** By the number of points. Of several orders the one that gives a face is meant. */
export const pointOrders: ReadonlyMap<number, readonly Order[]> = new Map([
  [5, [plain(5)]],
  [landmarkCount, [plain(landmarkCount)]],
  [98, [wflw]],
  [106, [insightFace, lapa]],
  [468, [mediaPipe]],
  [478, [mediaPipe]],
]);

export function inOrder(points: readonly Point[], order: Order): Point[] {
  return order.map((at) => (typeof at === "number" ? points[at] : meanPoint(at.map((i) => points[i]))));
}
