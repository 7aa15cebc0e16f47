/**
 * The paper's split (section 4.3): 85 % of a data set to train on, 15 % to test on. It is drawn from all listed
 * photos, before any of them is read, so that other thresholds of the preparation move no person from one part to the
 * other.
 */
import { createRandom } from "rerenderable";
import { shuffled } from "rerenderable/base";
import type { PhotoItem } from "./photos/photo-dataset.js";

/** The ids of each part, in the order of the listing. */
export interface Split {
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** The validation part, if the data set was released with one; the paper has none. */
  readonly validation?: readonly string[];
}

/** Section 4.3. */
export const paperTestShare = 0.15;

type SplitItem = Pick<PhotoItem, "id" | "identity">;

/**
 * Draws whole people where they are known, so that nobody is in both parts; a photo without an identity counts as a
 * person. People are taken in a drawn order until the test part is full. A person is skipped if the test part would
 * be nearer to its size without this person's photos.
 * @param seed a whole number; the same seed gives the same split, in whatever order the items are
 * @param testShare part of the photos to test on, 0 to 1
 */
export function splitSeeded(items: readonly SplitItem[], seed: number, testShare = paperTestShare): Split {
  const groups = new Map<string, string[]>();
  for (const { id, identity } of items) {
    // The prefixes keep apart a photo and a person of the same name.
    const key = identity === undefined ? `photo ${id}` : `person ${identity}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  const wanted = Math.round(testShare * items.length);
  const test = new Set<string>();
  for (const key of shuffled([...groups.keys()].sort(), createRandom(seed).fork("split"))) {
    const ids = groups.get(key)!;
    const missing = wanted - test.size;
    if (missing <= 0) break;
    if (ids.length - missing > missing) continue;
    for (const id of ids) test.add(id);
  }
  const ids = items.map(({ id }) => id);
  return { train: ids.filter((id) => !test.has(id)), test: ids.filter((id) => test.has(id)) };
}

/** The parts that the data set was released in. @throws if an item has none */
export function splitReleased(items: readonly Pick<PhotoItem, "id" | "partition">[]): Split {
  const lost = items.find(({ partition }) => partition === undefined);
  if (lost) throw new Error(`splitReleased: \`items\` should all have a partition but ${lost.id} has none.`);
  const part = (name: PhotoItem["partition"]) =>
    items.filter(({ partition }) => partition === name).map(({ id }) => id);
  return { train: part("train"), validation: part("validation"), test: part("test") };
}
