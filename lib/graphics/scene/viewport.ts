/**
 * The viewport: from normalised device coordinates (−1 to 1, y up) to pixels (0 to size, origin top left, y down, pixel
 * centres at +0.5) and back. The y flip of the whole library is here and nowhere else.
 */

/** A vertex in clip space has four numbers: x, y, z, w. */
export const clipSize = 4;
/** The place of w among them. */
export const clipW = 3;

export function pixelX(deviceX: number, width: number): number {
  return (width / 2) * (1 + deviceX);
}

export function pixelY(deviceY: number, height: number): number {
  return (height / 2) * (1 - deviceY);
}

export function deviceX(pixel: number, width: number): number {
  return (2 * pixel) / width - 1;
}

export function deviceY(pixel: number, height: number): number {
  return 1 - (2 * pixel) / height;
}
