/**
 * Reads a photo of any kind into one known form: EXIF rotation applied, first frame only, grayscale and CMYK turned
 * into RGB, an embedded colour profile turned into sRGB, 16 bits kept, alpha laid over white.
 */
import type { Stats } from "node:fs";
import { open, stat } from "node:fs/promises";
import sharp, { type Metadata, type Sharp } from "sharp";
import { InputError } from "../tensor/input-error.js";
import { asDecodable } from "./other-kinds.js";
import { aPhoto, kindLength, limitLoaders, photoKind } from "./photo-kind.js";
import type { RgbImage } from "./rgb-image.js";

/** A face of fewer pixels than this holds no detail to reconstruct. */
const smallestSide = 64;
/** Larger photos are shrunk while they are read. */
const longestSide = 4096;
/** No camera gives more pixels than this; a file that claims more is refused before a pixel is decoded. */
const mostPixels = 200e6;
/**
 * The most MB that a photo may unpack to: where the decoder reads row by row, they cost time (at 600, about 3 s); where
 * it must hold the whole photo at once, they cost memory too.
 */
const mostMb = { byRows: 600, atOnce: 280 };

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
  const { info: before, head } = await readHead(path);
  const photo = await decodePhoto({ name: path, input: path, head });
  // The file is opened twice, first for its size.
  const after = await stat(path).catch(() => undefined);
  if (after?.size !== before.size || after.mtimeMs !== before.mtimeMs) {
    throw new InputError(path, "a photo that stays the same while it is read", "another one meanwhile");
  }
  return photo;
}

/**
 * Checks what can be known of a photo without reading its pixels.
 * @throws InputError one line, when the file is missing, a directory, empty, or not a photo
 */
export async function checkImage(path: string): Promise<void> {
  const { head } = await readHead(path);
  await readMetadata(await decodable({ name: path, input: path, head }));
}

/**
 * Does what `readImage` does, but with bytes that the caller has already.
 * @param name the photo's `file`, which messages name; no file of that name is opened
 */
export async function readImageBytes(name: string, bytes: Uint8Array): Promise<Photo> {
  return decodePhoto({ name, input: bytes, head: bytes });
}

/** A picture in 8 bits, encoded sRGB, [height * width * 3]: a quarter of an `RgbImage`. */
export interface RgbBytes {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * The upright photo at its own size, however large.
 * @param photo as `readImage` read it; its file is read again if it was shrunk
 */
export async function photoAtOwnSize(photo: Photo): Promise<RgbBytes> {
  const { width, height, data, file, scale } = photo;
  if (scale === 1) return { width, height, data: Uint8Array.from(data, (value) => Math.round(255 * value)) };
  const { head } = await readHead(file);
  const source = await decodable({ name: file, input: file, head });
  const pipeline = openUpright(source, await readMetadata(source), false);
  const read = await readPixels(source, pipeline);
  const bytes = new Uint8Array(read.bytes);
  if (read.channels === 3) return { width: read.width, height: read.height, data: bytes };
  const rgb = new Uint8Array(3 * read.width * read.height);
  for (let i = 0; i < rgb.length; i++) rgb[i] = bytes[read.channels * Math.floor(i / 3)];
  return { width: read.width, height: read.height, data: rgb };
}

interface Source {
  /** The name that messages use. */
  readonly name: string;
  /** A path, or the bytes themselves. */
  readonly input: string | Uint8Array;
  /** The first bytes. */
  readonly head: Uint8Array;
}

async function decodable({ name, input, head }: Source): Promise<Source> {
  const given = await asDecodable(name, input, head);
  return { name, input: given, head: given instanceof Uint8Array ? given : head };
}

async function decodePhoto(photo: Source): Promise<Photo> {
  const source = await decodable(photo);
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
  checkMemory(name, metadata);
  const pixels = await decode(source, metadata);
  return { ...pixels, file: name, scale: pixels.width / width };
}

async function readHead(path: string): Promise<{ info: Stats; head: Uint8Array }> {
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    file = await open(path);
    const info = await file.stat();
    if (info.isDirectory()) throw new InputError(path, aPhoto, "a directory");
    if (!info.isFile()) throw new InputError(path, aPhoto, "something that is not a file");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(kindLength), 0, kindLength, 0);
    return { info, head: buffer.subarray(0, bytesRead) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new InputError(path, aPhoto, code === "ENOENT" || code === "ENOTDIR" ? "no such file" : `${code}`);
  } finally {
    await file?.close();
  }
}

async function readMetadata({ name, input, head }: Source): Promise<Metadata> {
  if (head.length === 0) throw new InputError(name, aPhoto, "an empty file");
  if (!photoKind(head)) throw new InputError(name, aPhoto, "another kind of file");
  limitLoaders();
  try {
    return await sharp(input, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw new InputError(name, aPhoto, `a file that cannot be read as one (${firstLine(error)})`);
  }
}

/** Refuses a photo that would take too much memory or time, before a pixel is decoded. */
function checkMemory(name: string, metadata: Metadata): void {
  const { width, height, space, depth, hasProfile } = metadata;
  const { bytes: unpacked, whole } = unpackedPixel(metadata);
  // Colours of print, and 16 bits with a profile, are converted pixel by pixel before a photo is shrunk: 0.1 s a megapixel.
  const slow = space === "cmyk" || (hasProfile && depth === "ushort");
  const bytes = slow ? Math.max(12, unpacked) : unpacked;
  const [needed, most] = [(width * height * bytes) / 1e6, whole ? mostMb.atOnce : mostMb.byRows];
  if (needed <= most) return;
  const kind = `${metadata.isProgressive ? "interlaced or progressive " : ""}${metadata.format.toUpperCase()}`;
  const megapixels = `${Math.round((width * height) / 1e6)} megapixels`;
  const advice = whole ? " (a plain JPEG may have more)" : "";
  const expected = `a photo of at most ${Math.floor(most / bytes)} megapixels in this form${advice}`;
  throw new InputError(name, expected, `${kind}, ${width} x ${height} px = ${megapixels}`);
}

/** The bytes of a pixel while it is decoded, and whether all pixels are held at once. */
function unpackedPixel(metadata: Metadata): { bytes: number; whole: boolean } {
  const { format, depth, channels, isProgressive, chromaSubsampling } = metadata;
  const wide = { uchar: 1, char: 1, ushort: 2, short: 2 }[depth as string] ?? 4;
  switch (format) {
    case "gif": // and WebP: red, green, blue and alpha
    case "webp":
      return { bytes: 4, whole: true };
    case "heif": // measured: the frame, its copy in RGB, and the decoder's own
      return { bytes: wide > 1 ? 22 : 14, whole: true };
    case "jpeg": {
      // A progressive file's coefficients, of 16 bits; 4:2:0 halves the sides of two channels.
      const planes = chromaSubsampling?.startsWith("4:2:0") ? channels - 1.5 : channels;
      return isProgressive ? { bytes: 2 * planes, whole: true } : { bytes: channels, whole: false };
    }
    default:
      return { bytes: wide * channels, whole: isProgressive };
  }
}

async function decode(source: Source, metadata: Metadata): Promise<RgbImage> {
  const deep = metadata.depth === "ushort";
  const shrunk = {
    width: longestSide,
    height: longestSide,
    fit: "inside",
    withoutEnlargement: true,
  } as const;
  const { bytes, width, height, channels } = await readPixels(
    source,
    openUpright(source, metadata, deep).resize(shrunk),
  );
  const values = deep ? new Uint16Array(bytes) : new Uint8Array(bytes);
  return { width, height, data: toUnitRgb(values, width * height, channels, deep ? 65535 : 255) };
}

/** @param deep whether the pixels come as 16 bits, else 8 */
function openUpright({ input }: Source, metadata: Metadata, deep: boolean): Sharp {
  const pipeline = sharp(input, { limitInputPixels: mostPixels, failOn: "error" })
    .autoOrient()
    .flatten({ background: "white" });
  // sharp turns an embedded profile into sRGB at 8 bits, but into Display P3 at 16 bits unless it is told the target.
  // Where there is no profile it must not be told: it would take the pixels for P3.
  if (metadata.depth === "ushort" && metadata.hasProfile) pipeline.withIccProfile("srgb", { attach: false });
  return deep
    ? pipeline.toColourspace("rgb16").raw({ depth: "ushort" })
    : pipeline.toColourspace("srgb").raw({ depth: "uchar" });
}

async function readPixels({ name }: Source, pipeline: Sharp): ReturnType<typeof readBuffer> {
  try {
    return await readBuffer(pipeline);
  } catch (error) {
    throw new InputError(name, "a whole photo", `a damaged or cut-off file (${firstLine(error)})`);
  }
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
