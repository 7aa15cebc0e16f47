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
import { readFile } from "node:fs/promises";
import { InputError } from "../../base/tensor/input-error.js";
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
  const { width, height, data } = await read(file, buffer, (w, h) => checkPanorama(file, w, h));
  const odd = data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    const [x, y] = [Math.floor(odd / 3) % width, Math.floor(odd / 3 / width)];
    throw new InputError(file, "finite radiances", `${data[odd]} at pixel x ${x}, y ${y}`);
  }
  return { width, height, data, front };
}

/** Refuses a file before a pixel is decoded, as a header can claim any size. */
function checkPanorama(file: string, width: number, height: number): void {
  if (width === 2 * height && height > 0) return;
  throw new InputError(file, "an equirectangular picture, twice as wide as high", `${width} x ${height} px`);
}

/** Reads a file into an ArrayBuffer of its own, which three's readers need. */
async function readBytes(file: string): Promise<ArrayBuffer> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const got = code === "ENOENT" || code === "ENOTDIR" ? "no such file" : code;
    throw new InputError(file, anEnvironment, got === "EISDIR" ? "a directory" : `${got}`);
  }
  if (bytes.length === 0) throw new InputError(file, anEnvironment, "an empty file");
  const buffer = new ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

function beginsWith(buffer: ArrayBuffer, magic: readonly number[]): boolean {
  const bytes = new Uint8Array(buffer);
  return magic.every((value, i) => bytes[i] === value);
}
