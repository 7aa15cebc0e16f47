/** Finds a file or folder of a layout in one of the places where copies of a data set have it. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";

/**
 * @param root the folder of the data set
 * @param places places relative to it, the most likely first
 * @returns the first that exists
 */
export async function findInside(root: string, places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    const full = path.join(root, place);
    const there = await stat(full).then(
      () => true,
      () => false,
    );
    if (there) return full;
  }
  return undefined;
}

/**
 * @param expected the layout, for the message
 * @param missing what was looked for, for the message
 * @throws InputError one line, if none of them exists
 */
export async function requireInside(
  root: string,
  places: readonly string[],
  expected: string,
  missing: string,
): Promise<string> {
  const folder = await stat(root).catch(() => undefined);
  if (!folder) throw new InputError(root, expected, "no such folder");
  if (!folder.isDirectory()) throw new InputError(root, expected, "a file");
  const found = await findInside(root, places);
  if (found === undefined) throw new InputError(root, expected, `a folder without ${missing}`);
  return found;
}
