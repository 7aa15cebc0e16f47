/** Luma: the brightness of encoded colours, by the weights of BT.601. */
import { checkImage, type RgbImage } from "./rgb-image.js";

/** @returns [height * width] in [0, 1] */
export function toLuma(image: RgbImage): Float32Array {
  checkImage("toLuma", image, 3);
  const { data } = image;
  return Float32Array.from(
    { length: data.length / 3 },
    (_, p) => 0.299 * data[3 * p] + 0.587 * data[3 * p + 1] + 0.114 * data[3 * p + 2],
  );
}
