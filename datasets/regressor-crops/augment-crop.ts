/**
 * Changes a crop each time it is seen, in ways that keep its truth exact: brightness and white balance, which scale
 * the light's 27 numbers as they scale the picture, blur, and noise. It does not mirror: the expression's
 * coefficients for the ancestries have no mirror image among the 64 (up to 97 % of a mode is lost), and renderings
 * face both ways already.
 */
import { createRandom, type Random } from "rerenderable";
import { partStart } from "rerenderable/face";
import { bandCount } from "rerenderable/graphics";
import type { RegressorCrop } from "./crop.js";

export interface CropAugmentation {
  /** The deviation of the logarithm of the brightness. */
  readonly exposure: number;
  /** The deviation of each colour's own brightness, on top of it. */
  readonly whiteBalance: number;
  /** The most noise, as a deviation in encoded sRGB; it is drawn evenly from 0. */
  readonly noise: number;
  /** How often a crop is blurred, by up to a box of 3 px. */
  readonly blur: number;
}

/**
 * How many normal numbers are drawn, once: a million new ones in each step would take as long as the network's first
 * layer.
 */
const grainCount = 1 << 16;
let grains: Float32Array | undefined;

/**
 * Writes the changed picture, encoded sRGB in 0 to 1, and its truth.
 * @param image [S * S * 3]
 * @param face [257]
 */
export function augmentCrop(
  crop: RegressorCrop,
  { exposure, whiteBalance, noise, blur }: CropAugmentation,
  random: Random,
  image: Float32Array,
  face: Float32Array,
): void {
  const common = Math.exp(exposure * random.normal());
  const gains = [0, 1, 2].map(() => common * Math.exp(whiteBalance * random.normal()));
  const grain = noise * random.uniform();
  const soft = random.uniform() < blur ? random.uniform() : 0;
  const offset = random.integer(grainCount);
  grains ??= createRandom(1).normalArray(grainCount);
  const side = Math.sqrt(crop.mask.length);
  for (let i = 0; i < image.length; i++) image[i] = (crop.image[i] / 255) * gains[i % 3];
  if (soft > 0) blurRows(image, side, soft);
  for (let i = 0; i < image.length; i++) {
    const value = image[i] + grain * grains[(offset + i * 7) & (grainCount - 1)];
    image[i] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
  face.set(crop.face);
  for (let i = 0; i < 3 * bandCount; i++) face[partStart.light + i] *= gains[Math.floor(i / bandCount)];
}

/**
 * Moves each pixel towards the mean of itself and its two neighbours, along rows and then along columns, in place.
 */
function blurRows(image: Float32Array, side: number, share: number): void {
  for (const step of [3, 3 * side]) {
    const before = image.slice();
    for (let i = step; i < image.length - step; i++) {
      image[i] += share * ((before[i - step] + before[i] + before[i + step]) / 3 - before[i]);
    }
  }
}
