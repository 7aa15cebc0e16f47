/** Photos that come over the network: how large they may be, and how they are named. */
import { InputError, type Photo, readImageBytes } from "rerenderable";

/** Most bytes of an upload; photos of phones have 3 to 12 MB. */
export const largestUpload = 20 * 1024 * 1024;

/**
 * Reads an upload, whose bytes tell its kind; names and headers are not trusted.
 * @param name the photo's name, for messages
 * @throws InputError, one line
 */
export async function readUpload(name: string, bytes: Uint8Array): Promise<Photo> {
  if (bytes.length > largestUpload) {
    const got = `${(bytes.length / 2 ** 20).toFixed(1)} MB`;
    throw new InputError(name, `a photo of at most ${largestUpload / 2 ** 20} MB`, got);
  }
  return readImageBytes(name, bytes);
}

/** A name for messages and the page: one short line, without a path. */
export function shownName(name: string | undefined): string {
  const last = (name ?? "").split(/[\\/]/).pop()!;
  const clean = last.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "").trim();
  return clean.slice(0, 60) || "photo";
}
