/**
 * Reads the header of an OpenEXR picture and checks that its chunks are there (openexr.com, "OpenEXR File Layout"), so
 * that nothing is allocated for pixels that a file only claims to have.
 */
import { inflateSync } from "node:zlib";

export interface ExrHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: readonly string[];
  /** Whether a pixel may have any number of samples, at several depths. */
  readonly deep: boolean;
  readonly chunks: ChunkTable;
}

interface ChunkTable {
  /** The place of the table of the chunks' places. */
  readonly at: number;
  readonly count: number;
  /** The bytes of a chunk before its size: part, and row or tile. */
  readonly head: number;
  /** The most bytes that a chunk may unpack to. */
  readonly most: number;
  /** Whether chunks are packed by zlib. */
  readonly zlib: boolean;
}

/** Rows of a chunk, by the code of the compression: none, RLE, ZIPS, ZIP, PIZ, PXR24, B44, B44A, DWAA, DWAB. */
const chunkRows = [1, 1, 1, 16, 32, 16, 32, 32, 32, 256];
const zlibCodes = [2, 3, 5];

/** @throws RangeError if the header is damaged or cut off; @returns the header of the first part */
export function readExrHeader(bytes: Uint8Array, view: DataView): ExrHeader {
  const flags = view.getUint8(5);
  const severalParts = (flags & 16) !== 0;
  const part = readPart(bytes, view, 8);
  let end = part.end;
  // The headers of further parts follow; an empty one ends them.
  if (severalParts) while (bytes[end] !== 0) end = readPart(bytes, view, end).end;
  if (severalParts) end++;
  const { width, height, channels, compression, tile, type } = part;
  const tiled = severalParts ? type === "tiledimage" : (flags & 2) !== 0;
  const [columns, rows] = tiled ? tile : [width, chunkRows[compression] ?? 0];
  if (!(columns > 0 && rows > 0)) throw new RangeError("no size of a chunk");
  return {
    width,
    height,
    channels: channels.map(({ name }) => name),
    deep: (flags & 8) !== 0 || type.startsWith("deep"),
    chunks: {
      at: end,
      count: Math.ceil(width / columns) * Math.ceil(height / rows), // of the full size, which is all that is read
      head: (tiled ? 16 : 4) + (severalParts ? 4 : 0),
      most: columns * rows * channels.reduce((sum, channel) => sum + channel.bytes, 0),
      zlib: zlibCodes.includes(compression),
    },
  };
}

/** @throws RangeError if a chunk is missing, is not complete, or unpacks to more than its pixels */
export function checkExrChunks(
  bytes: Uint8Array,
  view: DataView,
  { at, count, head, most, zlib }: ChunkTable,
): void {
  let total = 0;
  for (let i = 0; i < count; i++) {
    const start = Number(view.getBigUint64(at + 8 * i, true)) + head + 4;
    if (start < at + 8 * count) throw new RangeError("a chunk in the table");
    const size = view.getUint32(start - 4, true);
    total += size;
    if (start + size > bytes.length || total > bytes.length) throw new RangeError("a lost chunk");
    // A chunk that would not get smaller is stored as it is.
    if (zlib && size < most) inflateSync(bytes.subarray(start, start + size), { maxOutputLength: most });
  }
}

interface Part {
  readonly width: number;
  readonly height: number;
  readonly channels: readonly { readonly name: string; readonly bytes: number }[];
  readonly compression: number;
  /** Width and height of a tile, if there are tiles. */
  readonly tile: readonly [number, number];
  readonly type: string;
  readonly end: number;
}

function readPart(bytes: Uint8Array, view: DataView, start: number): Part {
  let [width, height, compression, at, type] = [0, 0, -1, start, ""];
  let tile: Part["tile"] = [0, 0];
  let channels: Part["channels"] = [];
  for (;;) {
    const name = wordAt(bytes, at);
    at += name.length + 1;
    if (name === "") break;
    at += wordAt(bytes, at).length + 1; // its type
    const value = at + 4;
    at = value + view.getUint32(at, true);
    if (name === "channels") channels = readChannels(bytes, view, value);
    if (name === "compression") compression = view.getUint8(value);
    if (name === "tiles") tile = [view.getUint32(value, true), view.getUint32(value + 4, true)];
    if (name === "type") type = Buffer.from(bytes.subarray(value, at)).toString("latin1");
    if (name !== "dataWindow") continue;
    const [left, top, right, bottom] = [0, 4, 8, 12].map((i) => view.getInt32(value + i, true));
    [width, height] = [right - left + 1, bottom - top + 1];
  }
  return { width, height, channels, compression, tile, type, end: at };
}

/** Reads a text that ends with a zero. */
function wordAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new RangeError("no end of a name");
  return Buffer.from(bytes.subarray(at, end)).toString("latin1");
}

/** Reads a list of channels: names, each with 16 bytes about it, until an empty name. */
function readChannels(bytes: Uint8Array, view: DataView, start: number): Part["channels"] {
  const channels: { name: string; bytes: number }[] = [];
  let at = start;
  for (let name = wordAt(bytes, at); name !== ""; name = wordAt(bytes, at)) {
    const type = view.getUint32(at + name.length + 1, true); // whole numbers, halves, floats
    channels.push({ name, bytes: type === 1 ? 2 : 4 });
    at += name.length + 17;
  }
  return channels;
}
