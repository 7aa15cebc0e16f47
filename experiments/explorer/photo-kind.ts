/** Finds the kind of an upload from its first bytes; names and headers are not trusted. */
import { InputError, type Photo, readImageBytes } from "rerenderable";

/** Most bytes of an upload; photos of phones have 3 to 12 MB. */
export const largestUpload = 20 * 1024 * 1024;

const ascii = (bytes: Uint8Array, start: number, text: string) =>
  [...text].every((character, i) => bytes[start + i] === character.charCodeAt(0));
const starts = (bytes: Uint8Array, ...first: number[]) => first.every((value, i) => bytes[i] === value);

const signatures: Readonly<Record<string, (bytes: Uint8Array) => boolean>> = {
  JPEG: (bytes) => starts(bytes, 0xff, 0xd8, 0xff),
  PNG: (bytes) => starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  WebP: (bytes) => ascii(bytes, 0, "RIFF") && ascii(bytes, 8, "WEBP"),
  TIFF: (bytes) => starts(bytes, 0x49, 0x49, 0x2a, 0) || starts(bytes, 0x4d, 0x4d, 0, 0x2a),
  GIF: (bytes) => ascii(bytes, 0, "GIF87a") || ascii(bytes, 0, "GIF89a"),
  AVIF: (bytes) => ascii(bytes, 4, "ftyp") && (ascii(bytes, 8, "avif") || ascii(bytes, 8, "avis")),
};

/** @returns its format, undefined if it is not one that is read */
export function photoKind(bytes: Uint8Array): string | undefined {
  return Object.keys(signatures).find((kind) => signatures[kind](bytes));
}

/**
 * Reads a photo that came over the network. Other files never reach the decoder, which would draw SVG or PDF.
 * @param name the photo's name, for messages
 * @throws InputError, one line
 */
export async function readUpload(name: string, bytes: Uint8Array): Promise<Photo> {
  if (bytes.length > largestUpload) {
    const got = `${(bytes.length / 2 ** 20).toFixed(1)} MB`;
    throw new InputError(name, `a photo of at most ${largestUpload / 2 ** 20} MB`, got);
  }
  if (!photoKind(bytes)) {
    const kinds = Object.keys(signatures).join(", ");
    const got = bytes.length === 0 ? "an empty file" : "something else";
    throw new InputError(name, `a photo (${kinds})`, got);
  }
  return readImageBytes(name, bytes);
}

/** A name for messages and the page: one short line, without a path. */
export function shownName(name: string | undefined): string {
  const last = (name ?? "").split(/[\\/]/).pop()!;
  const clean = last.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "").trim();
  return clean.slice(0, 60) || "photo";
}
