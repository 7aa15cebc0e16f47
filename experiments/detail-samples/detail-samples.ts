/**
 * The faces that the detail refinement learns from. Each is prepared once and kept, 25 in a file, in a folder named
 * after the settings that decide them. Files that are there are used, missing ones are made; each shard makes a part.
 * Where pairs are asked for, each file for training has another beside it with the same faces under a second light.
 */
import { createHash } from "node:crypto";
import { access } from "node:fs/promises";
import path from "node:path";
import {
  createMorphableModel,
  createRandom,
  type DetailSample,
  hashSettings,
  loadMorphableModel,
  type MorphableModel,
  makeDetailSample,
  type RgbImage,
  type UvSpace,
  uvSpaceOf,
} from "rerenderable";
import { detailSampleVersion, openDetailSamples, writeDetailSamples } from "rerenderable/face";
import type { Dataset, Sample } from "../../datasets/dataset.js";
import { relightPhoto } from "../../datasets/pairs/relight-photo.js";
import { underSecondLight } from "../../datasets/pairs/relight-scene.js";
import { openDataset as openPrepared } from "../../datasets/prepare/prepared-dataset.js";
import { renderSample } from "../../datasets/synthetic/render-sample.js";
import { sampleSceneLight } from "../../datasets/synthetic/scene/sample-light.js";
import { sampleScene } from "../../datasets/synthetic/scene/sample-scene.js";
import type { SubsetName } from "../../datasets/synthetic/scene/subset-names.js";
import { loadSyntheticAssets, type SyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
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
  /** The photo of a face under a second light; `index` counts from the first of the data set. */
  readonly relight: (tools: Tools, face: DetailSample, index: number) => Promise<RgbImage>;
}

/** What makes samples. */
interface Tools {
  readonly model: MorphableModel;
  readonly uvSpace: UvSpace;
  readonly prior: PriorSource;
}

export interface DetailSampleFiles {
  readonly training: readonly string[];
  /** The same faces under a second light, file by file; none where the settings ask for no pairs. */
  readonly partners: readonly string[];
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
  const partnerOf = (range: Range) => `${fileOf(range)}.second`;
  const jobs: Job[] = [...parts.training, ...parts.heldOut].map((range) => ({ range, file: fileOf(range) }));
  if (settings.pairs) {
    for (const range of parts.training)
      jobs.push({ range, file: partnerOf(range), partnersOf: fileOf(range) });
  }
  // Faces and their partners are in one shard: a shard does not wait for another.
  const ours = jobs.filter(({ file }) => shardOf(file, shard.count) === shard.index);
  const missing: Job[] = [];
  for (const job of ours) if (!(await exists(job.file))) missing.push(job);
  if (missing.length > 0) await make(settings, missing, onSample);
  return {
    training: parts.training.map(fileOf),
    partners: settings.pairs ? parts.training.map(partnerOf) : [],
    heldOut: parts.heldOut.map(fileOf),
  };
}

/** A file of samples that is to be made. */
interface Job {
  readonly range: Range;
  readonly file: string;
  /** The file of the faces that get a second light. */
  readonly partnersOf?: string;
}

const shardOf = (file: string, count: number) =>
  Number.parseInt(hashSettings(path.basename(file, ".second")).slice(0, 8), 16) % count;

async function make(
  settings: DetailSampleSettings,
  jobs: readonly Job[],
  onSample: MakingOptions["onSample"],
): Promise<void> {
  const model = createMorphableModel(await loadMorphableModel(settings.model));
  const uvSpace = uvSpaceOf(model, settings.uvSize);
  const prior = await openPriorSource(model, settings.coefficients);
  const tools: Tools = { model, uvSpace, prior };
  const all = jobs.reduce((sum, { range }) => sum + range.count, 0);
  let done = 0;
  for (const { range, file, partnersOf } of jobs) {
    const samples = [];
    const firsts = partnersOf === undefined ? undefined : await openDetailSamples([partnersOf]);
    const dataset = firsts ? undefined : await range.open();
    for (let i = 0; i < range.count; i++) {
      const index = range.first + i;
      samples.push(
        dataset
          ? await one(tools, await dataset.read(index))
          : await partner(tools, await firsts!.read(i), range, index),
      );
      onSample?.(++done, all);
    }
    await firsts?.close();
    await writeDetailSamples(file, samples);
  }
  await prior.dispose();
  uvSpace.dispose();
  model.dispose();
}

async function one({ model, uvSpace, prior }: Tools, sample: Sample): Promise<DetailSample> {
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

/**
 * The same face under a second light. Shape and pose are those of the first fit, so that texels are the same places of the
 * skin; albedo and light are found anew from the second photo, as they would be in use.
 */
async function partner(tools: Tools, face: DetailSample, range: Range, index: number): Promise<DetailSample> {
  const { model, uvSpace, prior } = tools;
  const { points, truth, uvSize, surface } = face;
  const id = `${face.id}/second light`;
  const image = await range.relight(tools, face, index);
  const data = Float32Array.from(face.mask, (value) => Number(value === 1));
  const mask = { width: surface.size, height: surface.size, data };
  const found = await prior.find({ id, image, mask, points }, createRandom(1).fork(`prior ${id}`));
  const { albedo, light } = found.coefficients;
  return makeDetailSample(model, uvSpace, {
    id,
    image,
    mask,
    points,
    coefficients: { ...face.coefficients, albedo, light },
    ...(truth && {
      trueAlbedo: { width: uvSize, height: uvSize, data: Float32Array.from(truth, (byte) => byte / 255) },
    }),
  });
}

async function trainingRanges({
  from,
  folder,
  subsets,
  training,
  heldOut,
  side,
  photos,
}: DetailSampleSettings) {
  let assets: SyntheticAssets | undefined;
  const faces = (part: { first: number; count: number }) =>
    subsets.flatMap((subset) =>
      split(part.count).map(({ first, count }): Range => {
        const from = part.first + first;
        const open = () => openSynthetic({ subset: subset as SubsetName, first: from, count, side });
        const relight: Range["relight"] = async (_, __, index) => {
          assets ??= await loadSyntheticAssets();
          return renderSecond(assets, subset as SubsetName, from + index, side);
        };
        return { name: `${subset}-${from}`, open, first: 0, count, relight };
      }),
    );
  const prepared = async (folder: string, part: "train" | "test", most: number) => {
    if (most === 0) return [];
    const dataset = await openPrepared({ folder, part });
    const name = `${hashSettings(path.resolve(folder)).slice(0, 6)}-${part}`;
    return split(Math.min(dataset.size, most)).map(
      (range): Range => ({ name, open: async () => dataset, ...range, relight: relightOne }),
    );
  };
  if (from === "prepared") {
    return {
      training: await prepared(folder, "train", training.count),
      heldOut: await prepared(folder, "test", heldOut.count),
    };
  }
  const own = { training: faces(training), heldOut: faces(heldOut) };
  if (photos.folder === "") return own;
  return {
    training: [...own.training, ...(await prepared(photos.folder, "train", photos.training))],
    heldOut: [...own.heldOut, ...(await prepared(photos.folder, "test", photos.heldOut))],
  };
}

/** Renders a synthetic face once more. */
async function renderSecond(
  assets: SyntheticAssets,
  subset: SubsetName,
  seed: number,
  side: number,
): Promise<RgbImage> {
  const scene = underSecondLight(sampleScene(assets.data, seed, subset));
  const { photo } = await renderSample(assets, scene, side);
  return { width: side, height: side, data: Float32Array.from(photo, (byte) => byte / 255) };
}

/** The lights under which photos are shown once more, with how often each kind comes. */
const secondLights = { harmonics: 2, surroundings: 2, sun: 2, lamp: 2 } as const;

/** The light is drawn by what the photo shows, whatever its file is called. */
function relightOne({ model }: Tools, face: DetailSample): Promise<RgbImage> {
  const shown = createHash("sha256").update(face.image).digest("hex");
  const random = createRandom(1).fork(`second light ${shown}`);
  const seed = random.integer(2 ** 31);
  const record = sampleSceneLight(seed, secondLights);
  return relightPhoto(model, face, { record, oiliness: random.uniform(), seed });
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
