/**
 * Reads a Radiance picture (`.hdr`, RGBE): a text header, then pixels of three mantissas and one exponent,
 *
 *     value = mantissa / 256 · 2^(exponent − 128),
 *
 * flat or run-length coded by row. Errors that three's reader ignores are found here.
 */
import { InputError } from "../../base/tensor/input-error.js";
import { type CheckSize, decodeWithThree, type LinearPicture, withoutAlpha } from "./decode-with-three.js";

/** The bytes `#?` with which the header begins. */
export const radianceMagic = [0x23, 0x3f] as const;

const whole = "a whole Radiance picture";

/**
 * Reads a picture. It ignores `EXPOSURE` and `GAMMA` in the header, as most readers do.
 * @param file its path, for the message
 * @param checkSize called before the pixels are decoded
 * @throws InputError one line: XYZ instead of RGB, rows in another order than top to bottom and left to right,
 *   damaged or cut short
 */
export async function readRadiance(
  file: string,
  buffer: ArrayBuffer,
  checkSize: CheckSize,
): Promise<LinearPicture> {
  const bytes = new Uint8Array(buffer);
  const { width, height, start } = readHeader(file, bytes);
  checkSize(width, height, 4);
  const missing = missingRows(bytes, start, width, height);
  if (missing > 0) throw new InputError(file, whole, `one without its last ${missing} of ${height} rows`);
  const data = withoutAlpha(await decodeWithThree("HDRLoader", file, buffer, whole));
  // three divides by 255 where the format's own programs divide by 256: 0.4 % too bright.
  for (let i = 0; i < data.length; i++) data[i] *= 255 / 256;
  return { width, height, data };
}

function readHeader(file: string, bytes: Uint8Array): { width: number; height: number; start: number } {
  // The header ends with an empty line, then one line has the size. Any header fits into 64 kB.
  const text = Buffer.from(bytes.subarray(0, 65536)).toString("latin1");
  const end = text.indexOf("\n\n");
  const size = /^([-+][XY] +\d+ +[-+][XY] +\d+) *\n/.exec(text.slice(end + 2));
  if (end < 0 || !size) throw new InputError(file, whole, "a damaged or cut-off header");
  const format = /^FORMAT=(.*)$/m.exec(text.slice(0, end))?.[1]?.trim();
  if (format !== "32-bit_rle_rgbe") {
    throw new InputError(file, "a Radiance picture in RGB (FORMAT=32-bit_rle_rgbe)", format ?? "no FORMAT");
  }
  const numbers = /^-Y +(\d+) +\+X +(\d+)$/.exec(size[1]);
  if (!numbers) throw new InputError(file, "rows from top to bottom (-Y height +X width)", size[1]);
  return { width: Number(numbers[2]), height: Number(numbers[1]), start: end + 2 + size[0].length };
}

/** Counts the rows that are cut off at the end, which three would leave black. */
function missingRows(bytes: Uint8Array, start: number, width: number, height: number): number {
  const coded = bytes[start] === 2 && bytes[start + 1] === 2 && bytes[start + 2] < 128;
  if (width < 8 || width > 32767 || !coded) {
    return Math.max(height - Math.floor((bytes.length - start) / (4 * width)), 0);
  }
  let at = start;
  for (let row = 0; row < height; row++) {
    at += 4;
    for (let left = 4 * width; left > 0; ) {
      if (at >= bytes.length) return height - row;
      const count = bytes[at];
      // Above 128, one value follows, which is repeated; otherwise as many values follow as the number says.
      left -= count > 128 ? count - 128 : count;
      at += count > 128 ? 2 : 1 + count;
    }
    if (at > bytes.length) return height - row;
  }
  return 0;
}
