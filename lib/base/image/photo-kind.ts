/**
 * The kinds of photo that are read. A photo's first bytes tell its kind, and the decoder may open these kinds only:
 * it could also draw SVG and PDF, which may point at other files.
 */
import sharp from "sharp";

interface Kind {
  /** The name of libvips's class of loaders. */
  readonly loader: string;
  readonly begins: (bytes: Uint8Array) => boolean;
}

const ascii = (bytes: Uint8Array, start: number, ...texts: readonly string[]) =>
  texts.some((text) => [...text].every((character, i) => bytes[start + i] === character.charCodeAt(0)));
const starts = (bytes: Uint8Array, ...first: number[]) => first.every((value, i) => bytes[i] === value);

const kinds: Readonly<Record<string, Kind>> = {
  JPEG: { loader: "Jpeg", begins: (bytes) => starts(bytes, 0xff, 0xd8, 0xff) },
  PNG: { loader: "Png", begins: (bytes) => starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) },
  WebP: {
    loader: "Webp",
    begins: (bytes) => ascii(bytes, 0, "RIFF") && ascii(bytes, 8, "WEBPVP8 ", "WEBPVP8L", "WEBPVP8X"),
  },
  TIFF: {
    loader: "Tiff",
    begins: (bytes) => starts(bytes, 0x49, 0x49, 0x2a, 0) || starts(bytes, 0x4d, 0x4d, 0, 0x2a),
  },
  GIF: { loader: "Nsgif", begins: (bytes) => ascii(bytes, 0, "GIF87a", "GIF89a") },
  // AVIF; a libvips of one's own may read HEIC too. The first bytes are a box's length, which no text begins with.
  HEIF: {
    loader: "Heif",
    begins: (bytes) =>
      starts(bytes, 0, 0) && ascii(bytes, 4, "ftypavi", "ftyphei", "ftyphev", "ftypmif1", "ftypmsf1"),
  },
};

/** The number of bytes that tell a kind: with the sides of a BMP and the brands of a HEIC. */
export const kindLength = 48;

/** What is read, for messages. */
export const aPhoto = "a photo (JPEG, PNG, WebP, TIFF, GIF, AVIF or BMP)";

/** @returns undefined if the bytes are of no kind that is read */
export function photoKind(bytes: Uint8Array): string | undefined {
  return Object.keys(kinds).find((kind) => kinds[kind].begins(bytes));
}

let limited = false;

/** Allows the decoder the loaders of these kinds only, in this process. */
export function limitLoaders(): void {
  if (limited) return;
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: Object.values(kinds).map(({ loader }) => `VipsForeignLoad${loader}`) });
  limited = true;
}

/** Allows the decoder SVG from memory, for drawings of our own; a photo's first bytes are looked at before it is decoded. */
export function allowOwnDrawings(): void {
  sharp.unblock({ operation: ["VipsForeignLoadSvgBuffer"] });
}
