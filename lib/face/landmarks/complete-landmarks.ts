/** Makes the 68 points that a model is fitted to from what a user knows of a face: 68 points or five. */

import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import type { FaceDetector } from "./detect-faces.js";
import { fivePoints } from "./landmarks.js";
import type { UserLandmarks } from "./landmarks-file.js";

/** How far the five points that were found may lie from the given five, as a part of the eyes' distance. */
const mostApart = 0.35;

/**
 * If 68 points are given, they are taken as they are. Five points say where the face is and how it is turned: all 68
 * are looked for there. The five that were found replace the given ones, because another program may define them a
 * little differently.
 *
 * @param file where the points are from, for messages
 * @param photo the photo they belong to
 * @returns 68 points in px of the photo
 * @throws InputError one line, if no face is seen where five points say it is
 */
export async function completeLandmarks(
  detector: Pick<FaceDetector, "locateFromFive">,
  photo: RgbImage,
  given: UserLandmarks,
  file: string,
): Promise<readonly Point[]> {
  if (given.kind === "68") return given.points;
  const [right, left] = given.points;
  const eyes = Math.hypot(left[0] - right[0], left[1] - right[1]);
  if (!(eyes > 4)) {
    throw new InputError(file, "eyes more than 4 px apart", `${eyes.toFixed(1)} px`);
  }
  const points = await detector.locateFromFive(photo, given.points);
  const apart = fivePoints(points).map(([x, y], i) =>
    Math.hypot(x - given.points[i][0], y - given.points[i][1]),
  );
  const worst = Math.max(...apart) / eyes;
  if (worst <= mostApart) return points;
  const expected = "a face at the five points (eyes, nose tip, mouth corners; the picture's left first)";
  throw new InputError(file, expected, `one whose points lie ${worst.toFixed(2)} of the eyes' distance away`);
}
