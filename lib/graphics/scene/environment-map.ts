/**
 * Environment maps: pictures of the light that comes from everywhere, read from Radiance `.hdr` and OpenEXR `.exr`
 * files. `environment-light.ts` turns one into the 27 numbers of a light.
 *
 * The picture is equirectangular: columns are equal turns about the vertical, rows are equal angles from straight up
 * to straight down. It is the view of a person who stands at the head's place and looks at the column `front`. So
 * moving right in the picture turns from the world's +z (toward the viewer) to −x (the viewer's left):
 *
 *     a = 2π (column / width − front)    θ = π row / height    direction = (−sin θ sin a, cos θ, sin θ cos a)
 */
import { InputError } from "../../base/tensor/input-error.js";
import { notFinite } from "../../base/tensor/not-finite.js";
import { readInputFile } from "../../base/tensor/read-input-file.js";
import { exrMagic, readExr } from "./exr-file.js";
import { radianceMagic, readRadiance } from "./radiance-file.js";

/**
 * The radiance from every direction, in linear light, in the primaries of sRGB (those that a file names are not
 * converted).
 */
export interface EnvironmentMap {
  /** Twice `height`. */
  readonly width: number;
  readonly height: number;
  /** Linear, finite, [height, width, 3] row-major, the row around straight up first. */
  readonly data: Float32Array;
  /** The column of the direction +z, as a fraction of the width: 0.5 is the middle of the picture. */
  readonly front: number;
}

const anEnvironment = "an environment map (.hdr or .exr)";
/** The most numbers of a picture in all its channels: half a gigabyte, and as much as 4 s to decode. */
const mostNumbers = 8192 * 4096 * 4;

/**
 * @param file an equirectangular picture, twice as wide as high; its first bytes tell its format
 * @param front the column at which the face looks, as a fraction of the width; by default the middle, 0.5
 * @throws InputError one line: no such file, a directory, another kind of file, damaged or cut short, not twice as
 *   wide as high, without red, green and blue, or with values that are not finite
 */
export async function readEnvironmentMap(file: string, front = 0.5): Promise<EnvironmentMap> {
  if (!Number.isFinite(front)) {
    throw new Error(`readEnvironmentMap: \`front\` should be a fraction of the width but is ${front}.`);
  }
  const buffer = await readBytes(file);
  const read = beginsWith(buffer, radianceMagic)
    ? readRadiance
    : beginsWith(buffer, exrMagic)
      ? readExr
      : null;
  if (!read) throw new InputError(file, anEnvironment, "another kind of file");
  const { width, height, data } = await read(file, buffer, (...size) => checkSize(file, ...size));
  const odd = notFinite(data);
  if (odd >= 0) {
    const [x, y] = [Math.floor(odd / 3) % width, Math.floor(odd / 3 / width)];
    throw new InputError(file, "finite radiances", `${data[odd]} at pixel x ${x}, y ${y}`);
  }
  return { width, height, data, front };
}

function checkSize(file: string, width: number, height: number, channels: number): void {
  if (width !== 2 * height || height <= 0)
    throw new InputError(
      file,
      "an equirectangular picture, twice as wide as high",
      `${width} x ${height} px`,
    );
  if (width * height * channels <= mostNumbers) return;
  const expected = "a picture of at most 8192 x 4096 px with 4 channels";
  throw new InputError(file, expected, `${width} x ${height} px with ${channels}`);
}

/** Reads a file into an ArrayBuffer of its own, which three's readers need. */
async function readBytes(file: string): Promise<ArrayBuffer> {
  const bytes = await readInputFile(file, anEnvironment);
  if (bytes.length === 0) throw new InputError(file, anEnvironment, "an empty file");
  const own = bytes.length === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
  return own.buffer as ArrayBuffer;
}

function beginsWith(buffer: ArrayBuffer, magic: readonly number[]): boolean {
  const bytes = new Uint8Array(buffer);
  return magic.every((value, i) => bytes[i] === value);
}
