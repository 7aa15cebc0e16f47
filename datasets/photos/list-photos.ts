/** Lists the photos under a folder by their names alone; their contents are checked when they are read. */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import type { PhotoItem } from "./photo-dataset.js";

/** The extensions of photos from cameras and browsers; other files are skipped. */
const extensions: readonly string[] = [
  ".jpg",
  ".jpeg",
  ".jfif",
  ".png",
  ".webp",
  ".tif",
  ".tiff",
  ".gif",
  ".avif",
  ".bmp",
  // Listed so that it is reported: a HEIC cannot be decoded here.
  ".heic",
  ".heif",
];

export interface PhotoListing {
  readonly photos: readonly PhotoItem[];
  /** The ids of all files, photos or not. */
  readonly files: ReadonlySet<string>;
}

export interface ListOptions {
  /** Whether photos in folders of the folder count; true by default. */
  readonly recursive?: boolean;
  /** Whether two photos of one name, in two formats, are refused; true by default. */
  readonly distinct?: boolean;
  /** Tells by the id which photos belong to the layout; all by default. */
  readonly accept?: (id: string) => boolean;
  /** The layout, for messages. */
  readonly expected?: string;
}

/**
 * @param folder its hidden files and folders are left out
 * @throws InputError one line: no such folder, no photo in it, two photos of one name
 */
export async function listPhotos(
  folder: string,
  {
    recursive = true,
    distinct = true,
    accept = () => true,
    expected = `a folder with photos (${extensions.join(" ")})`,
  }: ListOptions = {},
): Promise<PhotoListing> {
  const files = await listFiles(folder, recursive);
  const photos = files
    .filter((id) => extensions.includes(path.posix.extname(id).toLowerCase()) && accept(id))
    .map((id) => ({ id, file: path.join(folder, ...id.split("/")) }));
  if (photos.length === 0) {
    const got = files.length === 0 ? "an empty folder" : `no such photo among ${files.length} files`;
    throw new InputError(folder, expected, got);
  }
  if (distinct) checkNames(folder, photos);
  return { photos, files: new Set(files) };
}

/** Lists files. Links to files are followed; links to folders are not, as they may lead in a circle. */
async function listFiles(folder: string, recursive: boolean, inside = ""): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const plain: Readonly<Record<string, string>> = { ENOENT: "no such folder", ENOTDIR: "a file" };
    throw new InputError(folder, "a folder with photos", plain[code ?? ""] ?? String(code));
  }
  const ids: string[] = [];
  for (const entry of entries.filter(({ name }) => !name.startsWith("."))) {
    const id = inside + entry.name;
    if (!entry.isDirectory()) ids.push(id);
    else if (recursive) {
      // The list is not spread into one call, as a folder may have more files than a call takes arguments.
      for (const inner of await listFiles(path.join(folder, entry.name), true, `${id}/`)) ids.push(inner);
    }
  }
  return ids.sort();
}

/**
 * Refuses two photos of one name: a photo in two formats could be in training and in testing at once, and names that
 * differ only in their case are one file on some machines.
 */
function checkNames(folder: string, photos: readonly PhotoItem[]): void {
  const seen = new Map<string, string>();
  for (const { id } of photos) {
    const stem = id.slice(0, -path.posix.extname(id).length).toLowerCase();
    const other = seen.get(stem);
    if (other !== undefined) {
      throw new InputError(folder, "each photo under a name of its own", `${other} and ${id}`);
    }
    seen.set(stem, id);
  }
}
