/** From tensors to pictures that can be shown. */
import type * as tf from "@tensorflow/tfjs";
import type { MaskImage, Point, RgbImage } from "../base/image/rgb-image.js";

/**
 * The first picture of a batch. The caller keeps the tensor.
 * @param tensor [B, H, W, 3], or [B, H, W, 1] for a mask
 */
export async function tensorImage(tensor: tf.Tensor4D): Promise<RgbImage & MaskImage> {
  const [, height, width, channels] = tensor.shape;
  if (channels !== 1 && channels !== 3) {
    throw new Error(`tensorImage: \`tensor\` should have 1 or 3 channels but has ${channels}.`);
  }
  const data = await tensor.data<"float32">();
  return { width, height, data: data.slice(0, width * height * channels) };
}

/**
 * Makes a picture from a function of its pixels.
 * @param colour of the pixel in column `x` and row `y`: one number, or red, green, blue
 */
export function drawImage(
  width: number,
  height: number,
  colour: (x: number, y: number) => number | readonly number[],
): RgbImage {
  const data = new Float32Array(3 * width * height);
  for (let p = 0; p < width * height; p++) {
    const value = colour(p % width, Math.floor(p / width));
    data.set(typeof value === "number" ? [value, value, value] : value, 3 * p);
  }
  return { width, height, data };
}

/** A copy of a picture with discs at places. @param radius px */
export function markPoints(
  image: RgbImage,
  points: readonly Point[],
  colour: readonly number[] = [0.1, 0.9, 0.4],
  radius = image.width / 110,
): RgbImage {
  const { width, height } = image;
  const data = image.data.slice();
  for (const [px, py] of points) {
    for (let y = Math.max(0, Math.floor(py - radius)); y < Math.min(height, py + radius); y++) {
      for (let x = Math.max(0, Math.floor(px - radius)); x < Math.min(width, px + radius); x++) {
        if (Math.hypot(x + 0.5 - px, y + 0.5 - py) <= radius) data.set(colour, 3 * (y * width + x));
      }
    }
  }
  return { ...image, data };
}
