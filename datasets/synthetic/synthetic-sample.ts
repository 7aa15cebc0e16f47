/** A rendered face with everything that is true of it. */

import type { TruthMaps } from "./render/truth-maps.js";
import type { SceneRecord } from "./scene/scene-record.js";

export interface SyntheticSample {
  readonly scene: SceneRecord;
  /** Side of the picture in pixels, S. */
  readonly size: number;
  /** Side of the flat maps in texels, U. */
  readonly uvSize: number;
  /** The picture as a camera gives it, encoded sRGB in bytes, [S, S, 3]. */
  readonly photo: Uint8Array;
  /** All that is true of each pixel; its `image` and `triangle` are not kept in files. */
  readonly maps: Omit<TruthMaps, "image" | "triangle" | "size">;
  /** The 68 points in px, whether they are seen or not, [68 * 2]. */
  readonly landmarks: Float32Array;
  /** 1 where a landmark's place is seen, [68]. */
  readonly landmarksSeen: Uint8Array;
  /** 27 numbers, colour-major, for encoded values: the light itself if it is of order 2, else the nearest to it. */
  readonly light: Float32Array;
  /** `A′`, encoded sRGB in bytes, [U * U * 3]. */
  readonly albedo: Uint8Array;
  /** Pores and wrinkles: height over the model's surface in micrometres, [U * U]. */
  readonly height: Int16Array;
  /** 1 where the picture shows a texel's skin, [U * U]. */
  readonly seenTexels: Uint8Array;
}
