/** What a preparation says about the photos it left out. */
import type { PhotoDataset } from "../../datasets/photos/photo-dataset.js";
import type { IndexLine } from "../../datasets/prepare/photo-index.js";
import type { Outcome } from "../../datasets/prepare/photo-store.js";
import { type RejectionReason, rejectionReasons } from "../../datasets/prepare/preparation.js";

type Counts = Partial<Record<RejectionReason, number>>;

/** Only reasons that came up, in the order in which they are tested. */
export function countReasons(outcomes: readonly Outcome[]): Counts {
  const counts: Counts = {};
  for (const reason of rejectionReasons) {
    const number = outcomes.filter((outcome) => !outcome.accepted && outcome.reason === reason).length;
    if (number > 0) counts[reason] = number;
  }
  return counts;
}

/** The same for the same photos and settings, whoever made it. */
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
