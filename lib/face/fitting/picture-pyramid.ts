/** A picture at halved sizes, read between its pixels together with its slope. */
import { halveImage } from "../../base/image/halve.js";
import type { RgbImage } from "../../base/image/rgb-image.js";

/** @returns the image, half of it, a quarter, … @param levels how many */
export function picturePyramid(image: RgbImage, levels: number): RgbImage[] {
  const pyramid = [image];
  while (pyramid.length < levels) pyramid.push(halveImage(pyramid[pyramid.length - 1]));
  return pyramid;
}

/**
 * Bilinear interpolation at a place in pixels (centres at +0.5), and its exact derivative there. Beyond the border it
 * gives the nearest colour and no slope.
 * @param out colour, slope along x, slope along y: 9 numbers
 */
export function readPicture(
  { width, height, data }: RgbImage,
  x: number,
  y: number,
  out: Float64Array,
): void {
  const cx = Math.min(Math.max(x - 0.5, 0), width - 1);
  const cy = Math.min(Math.max(y - 0.5, 0), height - 1);
  const column = Math.min(Math.floor(cx), Math.max(width - 2, 0));
  const row = Math.min(Math.floor(cy), Math.max(height - 2, 0));
  const fx = cx - column;
  const fy = cy - row;
  const i = 3 * (row * width + column);
  const right = width > 1 ? 3 : 0;
  const down = height > 1 ? 3 * width : 0;
  const insideX = cx === x - 0.5 ? 1 : 0;
  const insideY = cy === y - 0.5 ? 1 : 0;
  for (let c = 0; c < 3; c++) {
    const a = data[i + c];
    const b = data[i + right + c];
    const d = data[i + down + c];
    const e = data[i + down + right + c];
    const top = a + fx * (b - a);
    const bottom = d + fx * (e - d);
    out[c] = top + fy * (bottom - top);
    out[3 + c] = insideX * (b - a + fy * (e - d - b + a));
    out[6 + c] = insideY * (bottom - top);
  }
}
