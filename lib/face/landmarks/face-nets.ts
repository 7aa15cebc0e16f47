/** What detection asks of its two networks. The networks themselves are in `lib/face/models`. */
import type { RgbImage } from "../../base/image/rgb-image.js";

/** Side of the input of the network that finds boxes, px. */
export const boxInputSide = 512;
/** Side of the input of the network that finds points, px. */
export const landmarkCropSide = 112;

/** Calls may overlap: each call waits for the one before. */
export interface FaceNets {
  /**
   * @param photo 512 px on its longer side
   * @returns 5118 boxes, as fractions of the photo made square at its right or bottom
   */
  findBoxes(photo: RgbImage): Promise<Boxes>;
  /**
   * @param crops of 112 px
   * @returns for each 68 points, x and y by turns, as fractions of the crop, [B * 136]
   */
  findPoints(crops: readonly RgbImage[]): Promise<Float32Array>;
  /** Frees the memory. */
  dispose(): Promise<void>;
}

export interface Boxes {
  /** Top, left, bottom, right, [5118 * 4]. */
  readonly corners: Float32Array;
  /** 0 to 1. */
  readonly scores: Float32Array;
}
