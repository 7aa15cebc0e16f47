/** What decides how a photo is prepared, what comes out, and why a photo may be left out. */
import type { MaskImage, Point, RgbImage } from "rerenderable";
import type { Similarity } from "rerenderable/base";

/** Everything that the result depends on, but for the photo. */
export interface PreparationSettings {
  /** Side of the aligned face, px. */
  readonly size: number;
  /** Whether points that come with a data set are taken, 68 or, to look for the others, 5; else they are found. */
  readonly landmarks: "found" | "given";
  /** Limits of `assessFace`; the yaw in degrees. */
  readonly leastScore: number;
  readonly leastEyes: number;
  readonly leastInside: number;
  readonly mostYaw: number;
  readonly leastSharpness: number;
  /** Another face must be smaller than this part of the largest one's area, or nobody knows which is meant. */
  readonly mostRival: number;
  /** Mean distance of the 51 inner points from those of the fitted face, px at 224. */
  readonly mostFitError: number;
  /** Part of the face's skin in view that must be seen: the rest is hair, glasses, a hand. */
  readonly leastSkin: number;
  /** What says where skin is seen (Eq. 14), as `loadFaceMasker` takes it: `parser`, `colour` or a network (`.onnx`). */
  readonly mask: string;
  /** `embedded`, or what else `loadMorphableModel` takes. */
  readonly model: string;
  /** By name, never "auto": another engine gives other last digits. */
  readonly engine: "wasm" | "tensorflow" | "cpu";
}

/** In the order in which they are tested. */
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
 * `repeated`: the very bytes of an earlier photo. `failed`: our fault, not the photo's; it is tried again by the next run.
 */
export type RejectionReason = (typeof rejectionReasons)[number];

/** A photo that is left out, and one line that says why. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** What was measured on an accepted photo. */
export interface PhotoMeasures {
  /** The detector's, 0 to 1; null where the points were given. */
  readonly score: number | null;
  /** Faces that were found. */
  readonly faces: number | null;
  /** Distance of their centres, px of the upright photo. */
  readonly eyes: number;
  /** Part of the crop inside the photo. */
  readonly inside: number;
  /** Of the head, from the points; degrees, positive yaw where the nose points to the viewer's right. */
  readonly yaw: number;
  readonly pitch: number;
  /** As `sharpness` has it, of the crop. */
  readonly sharpness: number;
  /** px at 224. */
  readonly fitError: number;
  /** Part of the projected skin that the mask keeps. */
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
