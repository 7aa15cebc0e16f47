/** Encodes images as PNG: sRGB, 8 bits, values clamped to [0, 1] and rounded. */
import sharp from "sharp";
import type { RgbBytes } from "./read-image.js";
import { checkImage, type MaskImage, type RgbImage } from "./rgb-image.js";

/** Encodes an image; a value that is not a number is an error, since it would silently turn black. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  checkImage("encodePng", image, 3);
  return encode("encodePng", image, 3);
}

/** Encodes a mask as a grayscale PNG. */
export async function encodeMaskPng(mask: MaskImage): Promise<Uint8Array> {
  checkImage("encodeMaskPng", mask, 1);
  return encode("encodeMaskPng", mask, 1);
}

async function encode(caller: string, image: RgbImage | MaskImage, channels: 1 | 3): Promise<Uint8Array> {
  const { width, height, data } = image;
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (Number.isNaN(value)) {
      const pixel = Math.floor(i / channels);
      const place = `pixel x ${pixel % width}, y ${Math.floor(pixel / width)}`;
      throw new Error(`${caller}: \`image.data\` should hold numbers but has NaN at ${place}.`);
    }
    bytes[i] = Math.round(255 * Math.min(1, Math.max(0, value)));
  }
  return compress(bytes, width, height, channels);
}

/** Encodes a picture that has 8 bits already. */
export async function encodeBytesPng({ width, height, data }: RgbBytes): Promise<Uint8Array> {
  return compress(data, width, height, 3);
}

async function compress(
  bytes: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
): Promise<Uint8Array> {
  const raw = sharp(bytes, { raw: { width, height, channels } });
  const picture = channels === 1 ? raw.toColourspace("b-w") : raw;
  // A copy is made, because small results are views into a shared pool.
  return Uint8Array.from(await picture.png().toBuffer());
}
