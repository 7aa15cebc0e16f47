/** What an image is in memory, and the checks that every image function makes first. */

/** Pixel position `[x, y]`: origin at the top left corner, y down, centre of the first pixel at (0.5, 0.5). */
export type Point = readonly [x: number, y: number];

/** Encoded sRGB in [0, 1], [height, width, 3] row-major, top row first, no alpha. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** One channel in [0, 1], [height, width] row-major, top row first; 1 = inside, valid, kept. */
export interface MaskImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A black image of the given size. */
export function blankImage(width: number, height: number): RgbImage {
  checkSize("blankImage", width, height);
  return { width, height, data: new Float32Array(width * height * 3) };
}

/**
 * Throws if an image is not what its type says.
 * @param caller the name of the function that checks, for the message
 * @param channels 3 for an `RgbImage`, 1 for a `MaskImage`
 */
export function checkImage(caller: string, image: RgbImage | MaskImage, channels: 1 | 3): void {
  checkSize(caller, image.width, image.height);
  const expected = image.width * image.height * channels;
  if (image.data.length !== expected) {
    const shape = `${image.height} x ${image.width} x ${channels}`;
    throw new Error(
      `${caller}: \`image.data\` should have ${shape} = ${expected} values but has ${image.data.length}.`,
    );
  }
}

function checkSize(caller: string, width: number, height: number): void {
  if (Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0) return;
  throw new Error(
    `${caller}: width and height should be whole numbers above 0 but are ${width} x ${height}.`,
  );
}
