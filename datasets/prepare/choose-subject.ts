/** Chooses the face in a photo that the data set means. */
import type { Point } from "rerenderable";
import { type Box, type FaceBox, roundedDown } from "rerenderable/face";
import type { PreparationSettings, Rejection } from "./preparation.js";

/**
 * Faces with a score below `leastScore` do not count. If the data set says where the face is, that one is taken;
 * otherwise the largest, unless another one is nearly as large.
 * @param faces the faces that the detector found
 * @param known points of the meant face, px of the photo, where the data set has them
 */
export function chooseSubject(
  faces: readonly FaceBox[],
  { leastScore, mostRival }: Pick<PreparationSettings, "leastScore" | "mostRival">,
  known?: readonly Point[],
): FaceBox | Rejection {
  const best = faces.reduce((most, { score }) => Math.max(most, score), 0);
  const meant = known ? faces.filter(({ box }) => holds(box, middle(known))) : faces;
  const good = meant.filter(({ score }) => score >= leastScore).sort((a, b) => area(b) - area(a));
  const [largest, rival] = good;
  if (!largest) {
    if (faces.length === 0) return { reason: "no-face", detail: "no face was found" };
    if (meant.length === 0)
      return { reason: "no-face", detail: "no face was found where the annotation has one" };
    return {
      reason: "low-score",
      detail: `best score ${roundedDown(best, 2)}, at least ${leastScore} needed`,
    };
  }
  if (known || !rival || area(rival) <= mostRival * area(largest)) return largest;
  const share = Math.round((100 * area(rival)) / area(largest));
  return { reason: "several-faces", detail: `${good.length} faces, the second ${share} % of the largest` };
}

const area = ({ box }: FaceBox) => box.width * box.height;

function middle(points: readonly Point[]): Point {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1)];
}

function holds({ x, y, width, height }: Box, [px, py]: Point): boolean {
  return px >= x && px <= x + width && py >= y && py <= y + height;
}
