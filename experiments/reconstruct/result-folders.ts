/** Chooses the folder of each photo's results. */
import path from "node:path";

/**
 * @param photos paths, in the order of the command line
 * @returns `<out>/<stem>` for each photo; a repeated stem, in upper or lower case, gets -2, -3, ...
 */
export function resultFolders(photos: readonly string[], out: string): string[] {
  const taken = new Set<string>();
  return photos.map((photo) => {
    // A leading dot would hide the folder, and `..` would lead out of `out`.
    const stem = path.parse(photo).name.replace(/^\.+/, "") || "photo";
    let name = stem;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${stem}-${number}`;
    taken.add(name.toLowerCase());
    return path.join(out, name);
  });
}
