/**
 * Runs the preparation of a data set. The prepared photos go to the store; the run's folder gets
 *
 *     dataset.json      the file that a loader opens: name, place of the store, side, counts
 *     index.jsonl       a line for each photo: id, identity, key in the store and checksum, or why it was left out
 *     train.txt test.txt (validation.txt)   the split: ids of all listed photos, also of those left out
 *     report.json       how many were left out for each reason, and which
 *     summary.json      the same counts, with seconds and memory
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { openPhotos } from "../../datasets/photos/open-photos.js";
import type { PhotoDataset } from "../../datasets/photos/photo-dataset.js";
import {
  type IndexLine,
  indexLines,
  inShard,
  mergeParts,
  missingParts,
  writeIndex,
  writePart,
} from "../../datasets/prepare/photo-index.js";
import type { Outcome } from "../../datasets/prepare/photo-store.js";
import { preparePhotos } from "../../datasets/prepare/prepare-photos.js";
import { type Split, splitReleased, splitSeeded } from "../../datasets/split.js";
import type { Run } from "../run/experiment-run.js";
import { reason } from "../run/machine-failure.js";
import { type ProgressLine, progressLine } from "../run/progress.js";
import { startTally } from "../run/tally.js";
import { toJson } from "../run/to-json.js";
import { makeFolder } from "../run/write-folder.js";
import { countReasons, prepareReport } from "./prepare-report.js";
import type { PrepareSettings } from "./settings.js";

/** The work of one process. */
interface Part {
  readonly outcomes: readonly Outcome[];
  readonly seconds: number;
}

/** @returns the exit code: 1 if a photo failed although the photo itself is good */
export async function runPrepare(settings: PrepareSettings, run: Run): Promise<number> {
  const progress = progressLine();
  const photos = await listItems(settings);
  await makeStore(settings.store);
  await run.begin();
  progress.say(`${photos.items.length} photos in ${photos.path}`);
  const part = await prepareShard(settings, run, photos, progress);
  const { count } = run.shard;
  const missing = await missingParts(run.folder, count);
  const lines = missing.length > 0 ? undefined : await mergeParts(run.folder, count, photos.items);
  if (lines) await writeWhole(settings, run, photos, lines);
  await writeSummaries(settings, run, photos, part, lines);
  for (const line of closingLines(photos, run, missing, lines)) progress.say(line);
  const failed = part.outcomes.filter((outcome) => !outcome.accepted && outcome.reason === "failed").length;
  if (failed === 0) return 0;
  process.stderr.write(
    `prepare: ${failed} photos failed for no fault of theirs; --resume tries them again.\n`,
  );
  return 1;
}

async function listItems({ dataset, path: root, first, split }: PrepareSettings): Promise<PhotoDataset> {
  const photos = await openPhotos(dataset, root);
  const items = first > 0 ? photos.items.slice(0, first) : photos.items;
  const lost = items.find(({ partition }) => partition === undefined);
  if (split.by === "released" && lost) {
    throw new InputError(root, "a data set released in parts, for split.by=released", `none for ${lost.id}`);
  }
  return { ...photos, items };
}

async function makeStore(store: string): Promise<void> {
  await makeFolder(path.resolve(store)).catch((error) => {
    throw new InputError(store, "a folder that can be written to", reason(error));
  });
}

async function prepareShard(
  { store, workers, preparation }: PrepareSettings,
  run: Run,
  photos: PhotoDataset,
  progress: ProgressLine,
): Promise<Part> {
  const items = inShard(photos.items, run.shard);
  const tally = startTally(items.length);
  const outcomes = await preparePhotos(items, {
    store,
    settings: preparation,
    workers: Math.max(1, Math.min(workers, items.length)),
    onOutcome: (_, { accepted }) => tally.count(accepted, progress),
  });
  const seconds = tally.seconds();
  progress.now("");
  await mkdir(path.join(run.folder, "parts"), { recursive: true });
  await writePart(run.folder, run.shard, indexLines(items, outcomes));
  return { outcomes, seconds };
}

async function writeWhole(
  settings: PrepareSettings,
  run: Run,
  photos: PhotoDataset,
  lines: readonly IndexLine[],
): Promise<void> {
  const { by, testShare } = settings.split;
  const { items } = photos;
  await writeIndex(run.folder, lines);
  await writeSplit(
    run,
    by === "released" ? splitReleased(items) : splitSeeded(items, settings.seed, testShare),
  );
  await run.write("report.json", toJson(prepareReport(photos, lines)));
  await run.write("dataset.json", toJson(datasetFile(settings, run, lines)));
}

async function writeSplit(run: Run, split: Split): Promise<void> {
  for (const [part, ids] of Object.entries<readonly string[]>({ ...split }))
    await run.write(`${part}.txt`, ids.map((id) => `${id}\n`).join(""));
}

/** Makes `dataset.json`. It has the path of the store relative to the run, so that both can be moved together. */
function datasetFile(
  { dataset, store, preparation }: PrepareSettings,
  run: Run,
  lines: readonly IndexLine[],
) {
  return {
    name: dataset,
    store: path.relative(run.folder, store) || ".",
    side: preparation.size,
    photos: lines.length,
    accepted: lines.filter(({ accepted }) => accepted).length,
  };
}

async function writeSummaries(
  { workers }: PrepareSettings,
  run: Run,
  { notes }: PhotoDataset,
  { outcomes, seconds }: Part,
  lines: readonly IndexLine[] | undefined,
): Promise<void> {
  const { index, count } = run.shard;
  const head = { experiment: run.experiment, run: run.name };
  const part = { ...counts(outcomes), workers, seconds };
  if (count === 1)
    return run.write("summary.json", toJson({ ...head, ...counts(lines!), workers, seconds, notes }));
  await run.write(
    `parts/${index}-of-${count}.summary.json`,
    toJson({ ...head, shard: `${index}/${count}`, ...part }),
  );
  // The process that puts the shards together also writes the summary of all.
  if (lines) await run.write("summary.json", toJson({ ...head, ...counts(lines), shards: count, notes }));
}

function counts(outcomes: readonly Outcome[]) {
  const accepted = outcomes.filter((outcome) => outcome.accepted).length;
  return { photos: outcomes.length, accepted, rejected: countReasons(outcomes) };
}

function closingLines(
  { notes }: PhotoDataset,
  run: Run,
  missing: readonly number[],
  lines: readonly IndexLine[] | undefined,
): string[] {
  const remarks = notes.map((note) => `note: ${note}`);
  if (!lines) return [...remarks, `this shard is done; to come: ${missing.join(", ")} of ${run.shard.count}`];
  const { photos, accepted, rejected } = counts(lines);
  const reasons = Object.entries(rejected).map(([reason, number]) => `  ${reason}: ${number}`);
  return [...remarks, `${accepted} of ${photos} photos accepted`, ...reasons, run.folder];
}
