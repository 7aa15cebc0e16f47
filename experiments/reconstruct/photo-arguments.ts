/** The photos that an argument names: a file, the photos of a folder, or a pattern that no shell has replaced. */
import { stat } from "node:fs/promises";
import { glob, hasMagic } from "glob";
import { InputError } from "rerenderable";
import { listPhotos } from "../../datasets/photos/list-photos.js";

/**
 * @param argument a folder stands for the photos in it, not for those in its folders; `*`, `?`, `**`, `{a,b}` and
 *   `[ab]` make a pattern, unless there is a file of that name
 * @returns at least one path; that of a file that is missing stays as it is
 * @throws InputError if the folder has no photo in it, or the pattern fits no file
 */
export async function photosOf(argument: string): Promise<string[]> {
  const info = await stat(argument).catch(() => undefined);
  if (info?.isDirectory()) {
    const { photos } = await listPhotos(argument, { recursive: false, distinct: false });
    return photos.map(({ file }) => file);
  }
  if (info || !hasMagic(argument, { magicalBraces: true })) return [argument];
  const files = await glob(argument, { nodir: true, windowsPathsNoEscape: true });
  if (files.length === 0)
    throw new InputError(argument, "photos, or a pattern that fits some", "no such file");
  return files.sort();
}
