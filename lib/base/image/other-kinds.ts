/** Kinds of photo that the decoder does not take: a BMP is made into a PNG first, a HEIC is called what it is. */
import { readFile } from "node:fs/promises";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { InputError } from "../tensor/input-error.js";
import { aPhoto, kindLength } from "./photo-kind.js";

/** The canvas holds four bytes a pixel, and the PNG beside it. */
const mostBmpPixels = 50e6;

/**
 * @param name the photo's, for messages
 * @param input its path or its bytes
 * @param head its first bytes, `kindLength` of them
 * @returns what the decoder can be given: the input itself, or a PNG of it
 * @throws InputError one line, for a HEIC and for a BMP that is damaged or too large
 */
export async function asDecodable(
  name: string,
  input: string | Uint8Array,
  head: Uint8Array,
): Promise<string | Uint8Array> {
  const text = Buffer.from(head.subarray(0, kindLength)).toString("latin1");
  // The first brand of a file by other cameras may be the general one; the decoder takes those that hold AVIF.
  if (/^.{4}ftyp(he[iv][cxms]|m(if|sf)1(?!.*av).*he[iv][cx])/s.test(text)) {
    throw new InputError(
      name,
      aPhoto,
      "a HEIC, which cannot be decoded here: save it as JPEG (on an iPhone: share it by mail, or Settings, Camera, " +
        "Formats, Most Compatible; elsewhere `heif-convert photo.heic photo.jpg`)",
    );
  }
  if (!text.startsWith("BM") || head.length < kindLength) return input;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const pixels = Math.abs(view.getInt32(18, true) * view.getInt32(22, true));
  if (pixels > mostBmpPixels) {
    const got = `${Math.round(pixels / 1e6)} megapixels`;
    throw new InputError(name, `a BMP of at most ${mostBmpPixels / 1e6} megapixels`, got);
  }
  const bytes = typeof input === "string" ? await readFile(input) : Buffer.from(input);
  // The canvas would draw a BMP that is cut short with black where it ends.
  const [start, width, height] = [10, 18, 22].map((at) => Math.abs(view.getInt32(at, true)));
  const needed = start + 4 * Math.ceil((width * view.getUint16(28, true)) / 32) * height;
  if (view.getUint32(30, true) === 0 && bytes.length < needed)
    throw new InputError(name, "a whole BMP", `${bytes.length} of ${needed} bytes`);
  try {
    const image = await loadImage(bytes);
    const canvas = createCanvas(image.width, image.height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    return await canvas.encode("png");
  } catch (error) {
    throw new InputError(name, "a whole BMP", `a damaged file (${(error as Error).message})`);
  }
}
