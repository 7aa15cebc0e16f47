/**
 * Reads a photo of any kind into one known form: EXIF rotation applied, first frame only, grayscale and CMYK turned
 * into RGB, an embedded colour profile turned into sRGB, 16 bits kept, alpha laid over white.
 */
import { stat } from "node:fs/promises";
import sharp, { type Metadata, type Sharp } from "sharp";
import { InputError } from "../tensor/input-error.js";
import type { RgbImage } from "./rgb-image.js";

/** A face of fewer pixels than this holds no detail to reconstruct. */
const smallestSide = 64;
/** Larger photos are shrunk while they are read. */
const longestSide = 4096;
/** No camera gives more pixels than this; a file that claims more is refused before a pixel is decoded. */
const mostPixels = 200e6;

const formats: readonly string[] = ["jpeg", "png", "webp", "tiff", "gif", "heif", "jp2k", "jxl"];
const aPhoto = "a photo (JPEG, PNG, WebP, TIFF, GIF or AVIF)";

/** An image read from a file. */
export interface Photo extends RgbImage {
  readonly file: string;
  /** Pixels of this image per pixel of the upright photo: 1, or less if it was shrunk on reading. */
  readonly scale: number;
}

/**
 * @param path the photo's file, at least 64 px on each side and at most 200 megapixels
 * @returns the upright photo, at most 4096 px on its longer side
 * @throws InputError one line, when the file is missing, a directory, empty, not a photo, damaged or cut short,
 *   too small or too large
 * @example
 * ```ts
 * import { readImage } from "rerenderable";
 *
 * const photo = await readImage("datasets/portraits/astronaut.png");
 * console.log(photo.width, photo.height, photo.data[0]); // 512 512, the first pixel's red from 0 to 1
 * ```
 */
export async function readImage(path: string): Promise<Photo> {
  await checkFile(path);
  return decodePhoto({ name: path, input: path });
}

/**
 * Does what `readImage` does, but with bytes that the caller has already.
 * @param name the photo's `file`, which messages name; no file of that name is opened
 */
export async function readImageBytes(name: string, bytes: Uint8Array): Promise<Photo> {
  if (bytes.length === 0) throw new InputError(name, aPhoto, "an empty file");
  return decodePhoto({ name, input: bytes });
}

interface Source {
  /** The name that messages use. */
  readonly name: string;
  /** A path, or the bytes themselves. */
  readonly input: string | Uint8Array;
}

async function decodePhoto(source: Source): Promise<Photo> {
  const { name } = source;
  const metadata = await readMetadata(source);
  const { width, height } = metadata.autoOrient;
  if (Math.min(width, height) < smallestSide) {
    throw new InputError(
      name,
      `a photo of at least ${smallestSide} px on each side`,
      `${width} x ${height} px`,
    );
  }
  if (width * height > mostPixels) {
    const most = `a photo of at most ${mostPixels / 1e6} megapixels`;
    const has = `${width} x ${height} px = ${Math.round((width * height) / 1e6)} megapixels`;
    throw new InputError(name, most, has);
  }
  const pixels = await decode(source, metadata);
  return { ...pixels, file: name, scale: pixels.width / width };
}

async function checkFile(path: string): Promise<void> {
  let info: Awaited<ReturnType<typeof stat>>;
  try {
    info = await stat(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new InputError(path, aPhoto, code === "ENOENT" || code === "ENOTDIR" ? "no such file" : `${code}`);
  }
  if (info.isDirectory()) throw new InputError(path, aPhoto, "a directory");
  if (!info.isFile()) throw new InputError(path, aPhoto, "something that is not a file");
  if (info.size === 0) throw new InputError(path, aPhoto, "an empty file");
}

async function readMetadata({ name, input }: Source): Promise<Metadata> {
  let metadata: Metadata;
  try {
    metadata = await sharp(input, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw new InputError(name, aPhoto, `a file that cannot be read as one (${firstLine(error)})`);
  }
  // sharp would draw an SVG or a PDF instead of reading it, and such a file may point at other files.
  if (!formats.includes(metadata.format)) throw new InputError(name, aPhoto, `${metadata.format}`);
  return metadata;
}

async function decode({ name, input }: Source, metadata: Metadata): Promise<RgbImage> {
  const deep = metadata.depth === "ushort";
  const pipeline = sharp(input, { limitInputPixels: mostPixels, failOn: "error" })
    .autoOrient()
    .resize({ width: longestSide, height: longestSide, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "white" });
  // sharp turns an embedded profile into sRGB at 8 bits, but into Display P3 at 16 bits unless it is told the target.
  // Where there is no profile it must not be told: it would take the pixels for P3.
  if (deep && metadata.hasProfile) pipeline.withIccProfile("srgb", { attach: false });
  if (deep) pipeline.toColourspace("rgb16").raw({ depth: "ushort" });
  else pipeline.toColourspace("srgb").raw({ depth: "uchar" });
  let result: Awaited<ReturnType<typeof readBuffer>>;
  try {
    result = await readBuffer(pipeline);
  } catch (error) {
    throw new InputError(name, "a whole photo", `a damaged or cut-off file (${firstLine(error)})`);
  }
  const { bytes, width, height, channels } = result;
  const values = deep ? new Uint16Array(bytes) : new Uint8Array(bytes);
  return { width, height, data: toUnitRgb(values, width * height, channels, deep ? 65535 : 255) };
}

async function readBuffer(pipeline: Sharp) {
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  // A copy of its own: a small result is a view into a shared pool, and its offset there may be odd, which 16 bits do
  // not allow.
  const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  return { bytes, width, height, channels };
}

function toUnitRgb(values: ArrayLike<number>, pixels: number, channels: number, white: number): Float32Array {
  const data = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) {
      data[3 * i + c] = values[channels * i + Math.min(c, channels - 1)] / white;
    }
  }
  return data;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0].trim();
}
