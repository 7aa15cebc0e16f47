/** Reports which photos a preparation left out, and why. */
import type { PhotoDataset } from "../../datasets/photos/photo-dataset.js";
import type { IndexLine } from "../../datasets/prepare/photo-index.js";
import type { Outcome } from "../../datasets/prepare/photo-store.js";
import { type RejectionReason, rejectionReasons } from "../../datasets/prepare/preparation.js";

type Counts = Partial<Record<RejectionReason, number>>;

/** Counts the photos by reason, without reasons that did not occur, in the order of the tests. */
export function countReasons(outcomes: readonly Outcome[]): Counts {
  const counts: Counts = {};
  for (const reason of rejectionReasons) {
    const number = outcomes.filter((outcome) => !outcome.accepted && outcome.reason === reason).length;
    if (number > 0) counts[reason] = number;
  }
  return counts;
}

/** Makes the report. It depends only on photos and settings, not on the processes that prepared them. */
export function prepareReport({ name, notes }: PhotoDataset, lines: readonly IndexLine[]) {
  return {
    dataset: name,
    photos: lines.length,
    accepted: lines.filter(({ accepted }) => accepted).length,
    rejected: countReasons(lines),
    people: new Set(lines.flatMap(({ identity }) => identity ?? [])).size || null,
    notes,
    leftOut: lines.flatMap((line) =>
      line.accepted ? [] : [{ photo: line.id, reason: line.reason, detail: line.detail }],
    ),
  };
}
