/**
 * The faces that the detail refinement learns from. Each is prepared once and kept, 25 in a file, in a folder named
 * after the settings that decide them. Files that are there are used, missing ones are made; each shard makes a part.
 */
import { access } from "node:fs/promises";
import path from "node:path";
import {
  createMorphableModel,
  createRandom,
  hashSettings,
  loadMorphableModel,
  type MorphableModel,
  makeDetailSample,
  type UvSpace,
  uvSpaceOf,
} from "rerenderable";
import { detailSampleVersion, writeDetailSamples } from "rerenderable/face";
import type { Dataset } from "../../datasets/dataset.js";
import { openDataset as openPrepared } from "../../datasets/prepare/prepared-dataset.js";
import type { SubsetName } from "../../datasets/synthetic/scene/subset-names.js";
import { openDataset as openSynthetic } from "../../datasets/synthetic/synthetic-dataset.js";
import { makeFolder } from "../run/write-folder.js";
import type { DetailSampleSettings } from "../train-detail/settings.js";
import { openPriorSource, type PriorSource } from "./prior-coefficients.js";

/** Samples a file. */
const perFile = 25;

/** A run of samples of a data set. */
interface Range {
  /** Its name in the file's name. */
  readonly name: string;
  open(): Promise<Dataset>;
  readonly first: number;
  readonly count: number;
}

export interface DetailSampleFiles {
  readonly training: readonly string[];
  readonly heldOut: readonly string[];
}

export interface MakingOptions {
  /** Which part of the files this process makes; all by default. */
  readonly shard?: { readonly index: number; readonly count: number };
  readonly onSample?: (done: number, all: number) => void;
}

/** @returns the files; all of them are there unless a shard was asked for */
export async function obtainDetailSamples(
  settings: DetailSampleSettings,
  { shard = { index: 0, count: 1 }, onSample }: MakingOptions = {},
): Promise<DetailSampleFiles> {
  const { coefficients, side, uvSize, model } = settings;
  const key = hashSettings({ version: detailSampleVersion, coefficients, side, uvSize, model });
  const folder = path.join(settings.store, `uv${uvSize}-${coefficients}-${key.slice(0, 8)}`);
  await makeFolder(path.resolve(folder));
  const parts = await trainingRanges(settings);
  const fileOf = ({ name, first, count }: Range) => path.join(folder, `${name}-${first}-${count}.samples`);
  const ranges = [...parts.training, ...parts.heldOut];
  const missing: Range[] = [];
  for (const [i, range] of ranges.entries()) {
    if (i % shard.count === shard.index && !(await exists(fileOf(range)))) missing.push(range);
  }
  if (missing.length > 0) await make(settings, missing, fileOf, onSample);
  return { training: parts.training.map(fileOf), heldOut: parts.heldOut.map(fileOf) };
}

async function make(
  settings: DetailSampleSettings,
  ranges: readonly Range[],
  fileOf: (range: Range) => string,
  onSample: MakingOptions["onSample"],
): Promise<void> {
  const model = createMorphableModel(await loadMorphableModel(settings.model));
  const uvSpace = uvSpaceOf(model, settings.uvSize);
  const prior = await openPriorSource(model, settings.coefficients);
  const all = ranges.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  for (const range of ranges) {
    const dataset = await range.open();
    const samples = [];
    for (let i = range.first; i < range.first + range.count; i++) {
      samples.push(await one(model, uvSpace, prior, dataset, i));
      onSample?.(++done, all);
    }
    await writeDetailSamples(fileOf(range), samples);
  }
  await prior.dispose();
  uvSpace.dispose();
  model.dispose();
}

async function one(
  model: MorphableModel,
  uvSpace: UvSpace,
  prior: PriorSource,
  dataset: Dataset,
  index: number,
) {
  const sample = await dataset.read(index);
  const { coefficients, points } = await prior.find(sample, createRandom(1).fork(`prior ${sample.id}`));
  const { id, image, mask, truth } = sample;
  const trueAlbedo = truth?.uvAlbedo;
  return makeDetailSample(model, uvSpace, {
    id,
    image,
    mask,
    points,
    coefficients,
    ...(trueAlbedo && { trueAlbedo }),
  });
}

async function trainingRanges({ from, folder, subsets, training, heldOut, side }: DetailSampleSettings) {
  if (from === "synthetic") {
    const of = (part: { first: number; count: number }) =>
      subsets.flatMap((subset) =>
        split(part.count).map(({ first, count }): Range => {
          const from = part.first + first;
          const open = () => openSynthetic({ subset: subset as SubsetName, first: from, count, side });
          return { name: `${subset}-${from}`, open, first: 0, count };
        }),
      );
    return { training: of(training), heldOut: of(heldOut) };
  }
  const of = async (part: "train" | "test", most: number) => {
    const dataset = await openPrepared({ folder, part });
    const name = `${hashSettings(path.resolve(folder)).slice(0, 6)}-${part}`;
    return split(Math.min(dataset.size, most)).map(
      (range): Range => ({ name, open: async () => dataset, ...range }),
    );
  };
  return { training: await of("train", training.count), heldOut: await of("test", heldOut.count) };
}

function split(count: number): { first: number; count: number }[] {
  return Array.from({ length: Math.ceil(count / perFile) }, (_, i) => {
    const first = i * perFile;
    return { first, count: Math.min(perFile, count - first) };
  });
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
