/** A data set of photos as its layout on the disk lists it: names, places and what is known, no pixels. */
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
  /** A file that holds them, read only when the photo is. */
  readonly pointsFile?: string;
}

export interface PhotoDataset {
  /** As in `--set dataset=...`. */
  readonly name: string;
  readonly path: string;
  /** By `id`, in code-unit order, whatever order the file system has. */
  readonly items: readonly PhotoItem[];
  /** One line each, for the user: what is missing but not needed. */
  readonly notes: readonly string[];
}

/** Data sets are listed the same on every machine. */
export function inOrder(items: readonly PhotoItem[]): PhotoItem[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}
