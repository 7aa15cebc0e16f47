/** What the regressor learns from: a small face, aligned as at inference, and its truth. */
import type { Point } from "rerenderable";

export interface RegressorCrop {
  /** Encoded sRGB, [S * S * 3]. */
  readonly image: Uint8Array;
  /** 1 where bare skin is seen, [S * S]. */
  readonly mask: Uint8Array;
  /** The 257 numbers of the face; the light is the nearest one of order 2. */
  readonly face: Float32Array;
}

/** The 68 points of `face` as a detector sees them. They are not stored, as the model computes them. */
export type DetectedPoints = readonly Point[];
