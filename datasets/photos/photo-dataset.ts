/** A data set of photos as its layout on the disk lists it: names, places and annotations, but no pixels. */
import type { Point } from "rerenderable";

/** The parts a data set was released in. */
export type Partition = "train" | "validation" | "test";

export interface PhotoItem {
  /** Path inside the data set, with / between its parts, and its extension. Unique, in whatever case. */
  readonly id: string;
  readonly file: string;
  readonly identity?: string;
  readonly partition?: Partition;
  /** 5 or 68 points, px of the upright photo. */
  readonly points?: readonly Point[];
  /** The file that holds the points; it is read only when the photo is. */
  readonly pointsFile?: string;
}

export interface PhotoDataset {
  /** The name that `--set dataset=...` takes. */
  readonly name: string;
  readonly path: string;
  /** The photos in the code-unit order of their ids; the order of the file system does not matter. */
  readonly items: readonly PhotoItem[];
  /** Notes for the user, each of one line: what is missing but not needed. */
  readonly notes: readonly string[];
}

/** Sorts photos, so that every machine lists a data set in the same order. */
export function inOrder(items: readonly PhotoItem[]): PhotoItem[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}
