/** What the regressor learns from: a face as it is aligned at inference, small, and what is true of it. */
import type { Point } from "rerenderable";

export interface RegressorCrop {
  /** Encoded sRGB, [S * S * 3]. */
  readonly image: Uint8Array;
  /** 1 where bare skin is seen, [S * S]. */
  readonly mask: Uint8Array;
  /** 257 numbers; the light is the nearest of order 2. */
  readonly face: Float32Array;
}

/** Where `face` has its 68 points as a detector sees them is for the model to say: they are not stored. */
export type DetectedPoints = readonly Point[];
