/**
 * One step down an image pyramid, with a Catmull-Rom kernel stretched over two pixels (8 taps an axis). The mean of 2
 * x 2 pixels would be simpler, but it keeps 18 % of a stripe of 2.5 px, which should vanish; this kernel keeps 2 %.
 */
import { blankImage, checkImage, type RgbImage } from "./rgb-image.js";

/** The kernel at 1/4, 3/4, 5/4 and 7/4 of a new pixel; both sides together sum to 1. */
const taps = [0.43359375, 0.11328125, -0.03515625, -0.01171875] as const;

/**
 * Halves an image; an odd size is rounded up, and the edge is repeated. A point `[x, y]` of the image is at `[x / 2,
 * y / 2]` in the result. Beside hard edges the values may leave [0, 1] by a little. The mean is taken over encoded
 * sRGB.
 */
export function halveImage(image: RgbImage): RgbImage {
  checkImage("halveImage", image, 3);
  return halveWidth(halveHeight(image));
}

function halveHeight({ width, height, data }: RgbImage): RgbImage {
  const half = blankImage(width, Math.ceil(height / 2));
  const row = 3 * width;
  for (let y = 0; y < half.height; y++) {
    const out = y * row;
    for (let tap = 0; tap < taps.length; tap++) {
      const weight = taps[tap];
      const above = Math.max(0, 2 * y - tap) * row;
      const below = Math.min(height - 1, 2 * y + 1 + tap) * row;
      for (let i = 0; i < row; i++) half.data[out + i] += weight * (data[above + i] + data[below + i]);
    }
  }
  return half;
}

function halveWidth({ width, height, data }: RgbImage): RgbImage {
  const half = blankImage(Math.ceil(width / 2), height);
  let out = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < half.width; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = 0; tap < taps.length; tap++) {
        const weight = taps[tap];
        const left = 3 * (y * width + Math.max(0, 2 * x - tap));
        const right = 3 * (y * width + Math.min(width - 1, 2 * x + 1 + tap));
        red += weight * (data[left] + data[right]);
        green += weight * (data[left + 1] + data[right + 1]);
        blue += weight * (data[left + 2] + data[right + 2]);
      }
      half.data[out++] = red;
      half.data[out++] = green;
      half.data[out++] = blue;
    }
  }
  return half;
}
