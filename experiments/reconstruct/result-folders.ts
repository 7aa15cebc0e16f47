/** Which folder each photo of a run goes to. */
import path from "node:path";

/**
 * @param photos paths, in the order they were given
 * @returns `<out>/<stem>` for each; a stem that comes again, in whatever case, gets -2, -3, ...
 */
export function resultFolders(photos: readonly string[], out: string): string[] {
  const taken = new Set<string>();
  return photos.map((photo) => {
    // A leading dot would hide the folder, and two would leave `out`.
    const stem = path.parse(photo).name.replace(/^\.+/, "") || "photo";
    let name = stem;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${stem}-${number}`;
    taken.add(name.toLowerCase());
    return path.join(out, name);
  });
}
