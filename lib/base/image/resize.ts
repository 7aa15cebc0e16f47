/** Brings an image to a size; the work is `warpImage`'s. */
import type { RgbImage } from "./rgb-image.js";
import { warpImage } from "./warp.js";

export interface FittedImage {
  readonly image: RgbImage;
  /** Pixels of the result per pixel of the source: a point `p` of the source is `scale * p`. */
  readonly scale: number;
}

/** Brings the longer side to `longSide` px; an image that has this size already is returned as it is. */
export function resizeToFit(image: RgbImage, longSide: number): FittedImage {
  if (!(longSide >= 1)) throw new Error(`resizeToFit: \`longSide\` should be at least 1 but is ${longSide}.`);
  const scale = longSide / Math.max(image.width, image.height);
  if (scale === 1) return { image, scale };
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  return { image: warpImage(image, { scale, rotation: 0, translation: [0, 0] }, width, height).image, scale };
}
