/**
 * Reads an OpenEXR picture (`.exr`), half or single precision, in any compression that three's reader knows. The
 * header is read here as well (openexr.com, "OpenEXR File Layout"), so that the error about missing channels is
 * clear, and to find files that were cut short, which some decompressors fill up without an error.
 */
import { InputError } from "../../base/tensor/input-error.js";
import { decodeWithThree, type LinearPicture } from "./decode-with-three.js";

export const exrMagic = [0x76, 0x2f, 0x31, 0x01] as const;

interface ExrHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: readonly string[];
  readonly tiled: boolean;
  /** Whether the file has several parts, or several samples a pixel; its chunks are not visited here. */
  readonly special: boolean;
  /** The place where the table of chunks begins. */
  readonly end: number;
}

const whole = "a whole OpenEXR picture";

/**
 * Reads a picture; its data window is taken for the whole picture.
 * @param file its path, for the message
 * @param checkSize called with width and height before the pixels are decoded
 * @throws InputError one line: no channels R, G and B, damaged or cut short
 */
export async function readExr(
  file: string,
  buffer: ArrayBuffer,
  checkSize: (width: number, height: number) => void,
): Promise<LinearPicture> {
  const [bytes, view] = [new Uint8Array(buffer), new DataView(buffer)];
  const header = within(file, "a damaged or cut-off header", () => readHeader(bytes, view));
  const { width, height, channels } = header;
  if (!["R", "G", "B"].every((name) => channels.includes(name))) {
    throw new InputError(file, "channels R, G and B", `channels ${channels.join(", ") || "none"}`);
  }
  checkSize(width, height);
  if (!header.special) within(file, "one that was cut short", () => visitChunks(view, header));
  const rgba = await decodeWithThree("EXRLoader", file, buffer, whole);
  const data = new Float32Array(3 * width * height);
  for (let row = 0, o = 0; row < height; row++) {
    // The bottom row comes first in three's pictures.
    for (let i = 4 * width * (height - 1 - row), end = i + 4 * width; i < end; i += 4, o += 3) {
      data[o] = rgba[i];
      data[o + 1] = rgba[i + 1];
      data[o + 2] = rgba[i + 2];
    }
  }
  return { width, height, data };
}

function readHeader(bytes: Uint8Array, view: DataView): ExrHeader {
  const flags = view.getUint8(5);
  let [width, height, at] = [0, 0, 8];
  let channels: string[] = [];
  for (;;) {
    const name = wordAt(bytes, at);
    at += name.length + 1;
    if (name === "") break;
    at += wordAt(bytes, at).length + 1; // its type
    const start = at + 4;
    at = start + view.getUint32(at, true);
    if (name === "channels") channels = channelNames(bytes, start);
    if (name !== "dataWindow") continue;
    const [left, top, right, bottom] = [0, 4, 8, 12].map((i) => view.getInt32(start + i, true));
    [width, height] = [right - left + 1, bottom - top + 1];
  }
  return { width, height, channels, tiled: (flags & 2) !== 0, special: (flags & 0x18) !== 0, end: at };
}

/** Reads a text that ends with a zero. */
function wordAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new RangeError("no end of a name");
  return Buffer.from(bytes.subarray(at, end)).toString("latin1");
}

/** Reads a list of channels: names, each with 16 bytes about it, until an empty name. */
function channelNames(bytes: Uint8Array, start: number): string[] {
  const names: string[] = [];
  let at = start;
  for (let name = wordAt(bytes, at); name !== ""; name = wordAt(bytes, at)) {
    names.push(name);
    at += name.length + 17;
  }
  return names;
}

/** Throws if a chunk is not complete. The table of the chunks' places ends where the first chunk begins. */
function visitChunks(view: DataView, { end, tiled }: ExrHeader): void {
  const beforeSize = tiled ? 16 : 4; // the tile's place and level, or the row
  for (let at = end, first = view.byteLength; at < first; at += 8) {
    const chunk = Number(view.getBigUint64(at, true));
    const size = view.getUint32(chunk + beforeSize, true);
    if (chunk <= end || chunk + beforeSize + 4 + size > view.byteLength) throw new RangeError("a lost chunk");
    first = Math.min(first, chunk);
  }
}

/** Turns a step past the end of the file into an error of one line about the file. */
function within<T>(file: string, got: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(file, whole, got);
    throw error;
  }
}
