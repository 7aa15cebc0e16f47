/**
 * Reads an OpenEXR picture (`.exr`), half or single precision, in any compression that three's reader knows. What the
 * header claims is checked here first: three's reader allocates the picture before it looks for the chunks, and fills
 * up some that were cut short without an error.
 */
import { InputError } from "../../base/tensor/input-error.js";
import { type CheckSize, decodeWithThree, type LinearPicture, withoutAlpha } from "./decode-with-three.js";
import { checkExrChunks, readExrHeader } from "./exr-header.js";

export const exrMagic = [0x76, 0x2f, 0x31, 0x01] as const;

const whole = "a whole OpenEXR picture";

/**
 * Reads a picture; its data window is taken for the whole picture. Of several parts the first is read.
 * @param file its path, for the message
 * @param checkSize called before the pixels are decoded
 * @throws InputError one line: no channels R, G and B, several samples a pixel, damaged or cut short
 */
export async function readExr(
  file: string,
  buffer: ArrayBuffer,
  checkSize: CheckSize,
): Promise<LinearPicture> {
  const [bytes, view] = [new Uint8Array(buffer), new DataView(buffer)];
  const header = within(file, "a damaged or cut-off header", () => readExrHeader(bytes, view));
  const { width, height, channels } = header;
  if (header.deep) throw new InputError(file, "a flat OpenEXR picture", "a deep one");
  if (!["R", "G", "B"].every((name) => channels.includes(name))) {
    throw new InputError(file, "channels R, G and B", `channels ${channels.join(", ") || "none"}`);
  }
  checkSize(width, height, channels.length);
  within(file, "one that was cut short", () => checkExrChunks(bytes, view, header.chunks));
  const rgba = await decodeWithThree("EXRLoader", file, buffer, whole);
  turnOver(rgba, 4 * width);
  return { width, height, data: withoutAlpha(rgba) };
}

/** Puts the top row first; the bottom row comes first in three's pictures. */
function turnOver(data: Float32Array, row: number): void {
  for (let top = 0, bottom = data.length - row; top < bottom; top += row, bottom -= row) {
    const kept = data.slice(top, top + row);
    data.copyWithin(top, bottom, bottom + row);
    data.set(kept, bottom);
  }
}

/** Turns a step past the end of the file, or what zlib cannot unpack, into an error of one line about the file. */
function within<T>(file: string, got: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = `${(error as NodeJS.ErrnoException).code}`;
    if (code.startsWith("Z_") || code === "ERR_BUFFER_TOO_LARGE")
      throw new InputError(file, whole, `a damaged one (${(error as Error).message})`);
    if (error instanceof RangeError) throw new InputError(file, whole, got);
    throw error;
  }
}
