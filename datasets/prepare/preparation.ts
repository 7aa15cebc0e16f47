/** The settings of a preparation, its results, and the reasons to leave out a photo. */
import type { MaskImage, Point, RgbImage } from "rerenderable";
import type { Similarity } from "rerenderable/base";

/** Everything that decides the result, except the photo itself. */
export interface PreparationSettings {
  /** Side of the aligned face, px. */
  readonly size: number;
  /**
   * Whether points that come with a data set are used (68, or 5 with which the others are found), or all points are
   * found.
   */
  readonly landmarks: "found" | "given";
  /** Limits of `assessFace`; the yaw in degrees. */
  readonly leastScore: number;
  readonly leastEyes: number;
  readonly leastInside: number;
  readonly mostYaw: number;
  readonly leastSharpness: number;
  /**
   * The next largest face must have less than this part of the largest one's area; otherwise nobody knows which is
   * meant.
   */
  readonly mostRival: number;
  /** Mean distance of the 51 inner points from those of the fitted face, px at 224. */
  readonly mostFitError: number;
  /** The least part of the skin on the camera's side that must be seen; hair, glasses or a hand may hide the rest. */
  readonly leastSkin: number;
  /**
   * The way to find where skin is seen (Eq. 14), as `loadFaceMasker` takes it: `parser`, `colour` or a network
   * (`.onnx`).
   */
  readonly mask: string;
  /** The face model: `embedded`, or any other that `loadMorphableModel` takes. */
  readonly model: string;
  /** The engine by its name, never "auto", as other engines give other last digits. */
  readonly engine: "wasm" | "tensorflow" | "cpu";
}

/** The reasons, in the order in which they are tested. */
export const rejectionReasons = [
  "unreadable",
  "no-face",
  "several-faces",
  "low-score",
  "too-small",
  "cut-off",
  "too-turned",
  "blurred",
  "odd-points",
  "covered",
  "repeated",
  "failed",
] as const;

/**
 * `repeated`: the same bytes as an earlier photo. `failed`: an error of ours and not of the photo; the next run tries
 * it again.
 */
export type RejectionReason = (typeof rejectionReasons)[number];

/** A photo that is left out, and one line that says why. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** The measurements of an accepted photo. */
export interface PhotoMeasures {
  /** The score of the detector, 0 to 1; null if the points were given. */
  readonly score: number | null;
  /** The number of faces that were found; null if the points were given. */
  readonly faces: number | null;
  /** The distance between the centres of the eyes, px of the upright photo. */
  readonly eyes: number;
  /** The part of the crop that is inside the photo. */
  readonly inside: number;
  /** The yaw of the head, from the points, in degrees; positive if the nose points to the viewer's right. */
  readonly yaw: number;
  readonly pitch: number;
  /** The sharpness of the crop, as `sharpness` measures it. */
  readonly sharpness: number;
  /** The error of the fit, px at 224. */
  readonly fitError: number;
  /** The part of the projected skin that the mask keeps. */
  readonly skin: number;
}

export interface PreparedPhoto {
  readonly image: RgbImage;
  /** `M_face`, 0 outside the photo. */
  readonly mask: MaskImage;
  /** 68 points, px of the crop. */
  readonly points: readonly Point[];
  /** Carries px of the upright photo to px of the crop. */
  readonly toCrop: Similarity;
  readonly measures: PhotoMeasures;
}
