/**
 * Reads the pixels of an `.hdr` or `.exr` file with three's readers. They are large, so the first file imports them.
 */
import { InputError } from "../../base/tensor/input-error.js";

/** The part of three's modules that is used; the modules have no types. */
interface ThreeLoader {
  setDataType(type: number): unknown;
  parse(bytes: ArrayBuffer): { readonly data: Float32Array };
}
type ThreeModules = Record<"HDRLoader" | "EXRLoader", new () => ThreeLoader> & {
  readonly FloatType: number;
};

/** A picture as its file has it: linear, RGB, top row first. */
export interface LinearPicture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly data: Float32Array;
}

/** Refuses a size before the pixels are decoded, as a header can claim any; @param channels all in the file */
export type CheckSize = (width: number, height: number, channels: number) => void;

/** Leaves out each fourth value. It does so in place, as a picture may take half a gigabyte. */
export function withoutAlpha(rgba: Float32Array): Float32Array {
  const pixels = rgba.length / 4;
  for (let i = 0; i < pixels; i++) {
    rgba[3 * i] = rgba[4 * i];
    rgba[3 * i + 1] = rgba[4 * i + 1];
    rgba[3 * i + 2] = rgba[4 * i + 2];
  }
  return rgba.subarray(0, 3 * pixels);
}

/**
 * @param file its path, for the message
 * @param whole what was expected, for the message
 * @returns four values a pixel, in the loader's own order of rows
 * @throws InputError one line, if the file is damaged
 */
export async function decodeWithThree(
  loader: "HDRLoader" | "EXRLoader",
  file: string,
  bytes: ArrayBuffer,
  whole: string,
): Promise<Float32Array> {
  // The names are in variables, since there are no types that the compiler could look up.
  const [core, loaders] = ["three", `three/examples/jsm/loaders/${loader}.js`];
  const modules = { ...(await import(core)), ...(await import(loaders)) } as ThreeModules;
  const reader = new modules[loader]();
  reader.setDataType(modules.FloatType);
  try {
    return reader.parse(bytes).data;
  } catch (error) {
    throw new InputError(file, whole, `a damaged one (${(error as Error).message})`);
  }
}
