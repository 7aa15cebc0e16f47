/**
 * The camera of a whole photo, from that of an aligned face: the crop is the photo turned, scaled and moved, so the
 * photo is what the same camera sees once it is rolled about its axis, with another focal length and another middle.
 */
import type { Point } from "../../base/image/rgb-image.js";
import { applySimilarity, invertSimilarity, type Similarity } from "../../base/image/similarity.js";
import type { Camera, ShiftedCamera } from "./camera.js";
import type { Matrix, Vector } from "./light.js";
import { rotationMatrix } from "./pose.js";

export interface PhotoCamera extends Pick<Camera, "distance" | "near" | "far"> {
  /** px of the photo */
  readonly focal: number;
  /** Where the axis meets the photo, px of it: origin top left, y down, centres at +0.5; it may lie outside. */
  readonly principalPoint: Point;
  /** How the world of the crop is turned about z to stand as in the photo: radians, positive to the viewer's left. */
  readonly roll: number;
}

/**
 * @param toCrop carries pixels of the photo to pixels of the crop
 * @param size side of the crop, px
 */
export function photoCamera(camera: Camera, toCrop: Similarity, size: number): PhotoCamera {
  const toPhoto = invertSimilarity(toCrop);
  const { distance, near, far } = camera;
  return {
    ...{ distance, near, far },
    focal: toPhoto.scale * camera.focal * (size / camera.referenceSize),
    principalPoint: applySimilarity(toPhoto, [size / 2, size / 2]),
    // A turn of the picture carries x towards y, which points down; a turn of the world carries x towards y, which points up.
    roll: -toPhoto.rotation,
  };
}

/** The camera that sees a square of the photo, for vertices that `roll` has turned. */
export function cameraOfSquare(
  { focal, principalPoint: [x, y], distance, near, far }: PhotoCamera,
  [left, top]: Point,
  side: number,
): ShiftedCamera {
  return { focal, referenceSize: side, principalPoint: [x - left, y - top], distance, near, far };
}

/**
 * The same camera as computer vision writes it: the frame of the camera has x right, y down, z forward, and a point
 * `p = rotation · m + translation` of it is seen at `focal · (p_x, p_y) / p_z + principalPoint`.
 * @param angles,translation the pose, from the model frame to the world frame of the crop, model units
 * @returns from the model frame to the camera's, translation in model units
 */
export function modelToCamera(
  { roll, distance }: PhotoCamera,
  [pitch, yaw, ownRoll]: Vector,
  [x, y, z]: Vector,
): { rotation: Matrix; translation: Vector } {
  // The pose's last turn is about z too, so the two turns are one.
  const [first, second, third] = rotationMatrix([pitch, yaw, ownRoll + roll]);
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  return {
    rotation: [first, negated(second), negated(third)],
    translation: [cos * x - sin * y, -(sin * x + cos * y), distance - z],
  };
}

const negated = ([x, y, z]: Vector): Vector => [-x, -y, -z];
