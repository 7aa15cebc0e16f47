/** Makes the files of crops that are not there yet: rendered faces, and crops of synthetic samples. */
import { access, mkdir } from "node:fs/promises";
import path from "node:path";
import { createMorphableModel } from "rerenderable";
import { pointProjector } from "rerenderable/face";
import type { SubsetName } from "../synthetic/scene/subset-names.js";
import { obtainSample } from "../synthetic/store/sample-cache.js";
import { loadSyntheticAssets } from "../synthetic/synthetic-assets.js";
import { syntheticFolder } from "../synthetic/synthetic-dataset.js";
import type { RegressorCrop } from "./crop.js";
import { writeCrops } from "./crop-file.js";
import { cropSample } from "./crop-sample.js";
import { renderFaceCrop } from "./render-face.js";

/** The version of how crops are made. Raise it with every change of a crop. */
const cropsVersion = 1;

/** The most rendered faces, and the most samples, of one file. */
const rendersEach = 200;
const seedsEach = 50;

export interface CropSettings {
  /** Side of the crops, px. */
  readonly side: number;
  /** How many faces are rendered, with seeds from `firstRender` on; above 200, rounded up to whole files of 200. */
  readonly renders: number;
  readonly firstRender: number;
  /**
   * The synthetic samples: `seeds` seeds of each subset, from `firstSeed` on; above 50, rounded up to whole files of
   * 50.
   */
  readonly subsets: readonly SubsetName[];
  readonly seeds: number;
  readonly firstSeed: number;
  /** Crops cut out of each sample, each by points with other errors. */
  readonly cropsEach: number;
}

export interface PrepareCropsOptions {
  readonly folder: string;
  readonly signal?: AbortSignal;
  /** Called for each file when it exists, made or found. */
  readonly onFile?: (done: number, of: number, file: string) => void;
  /** Where the synthetic samples are kept. */
  readonly synthetic?: string;
}

export interface PreparedCrops {
  /** The key that is written into the files and names what they hold. */
  readonly key: string;
  readonly renders: readonly string[];
  readonly samples: readonly string[];
}

/** Makes the files. It needs an engine. If it is interrupted, it leaves only whole files and returns those. */
export async function prepareCrops(
  settings: CropSettings,
  { folder, signal, onFile, synthetic = syntheticFolder }: PrepareCropsOptions,
): Promise<PreparedCrops> {
  const { side, renders, firstRender, subsets, seeds, firstSeed, cropsEach } = settings;
  const assets = await loadSyntheticAssets(512);
  const { data } = assets;
  const projector = pointProjector(data, data.detectedLandmarks ?? data.landmarks);
  const model = createMorphableModel(data);
  const key = `v${cropsVersion}-${assets.digest}-${side}px`;
  const inFile = { renders: Math.min(renders, rendersEach), seeds: Math.min(seeds, seedsEach) };
  const place = (name: string) => path.join(folder, key, `${name}.safetensors`);
  const jobs = [
    ...firsts(firstRender, renders, inFile.renders).map((first) => ({
      kind: "renders" as const,
      file: place(`renders-${first}-${inFile.renders}`),
      make: () => eachOf(first, inFile.renders, (seed) => renderFaceCrop(model, projector, side, seed)),
    })),
    // The subsets alternate, so that a run with fewer seeds finds its files.
    ...firsts(firstSeed, seeds, inFile.seeds).flatMap((first) =>
      subsets.map((subset) => ({
        kind: "samples" as const,
        file: place(`${subset}-${first}-${inFile.seeds}-x${cropsEach}`),
        make: () =>
          eachOf(first * cropsEach, inFile.seeds * cropsEach, async (number) => {
            const seed = Math.floor(number / cropsEach);
            const sample = await obtainSample(assets, { subset, seed, size: 224 }, { folder: synthetic });
            return cropSample(sample, projector, side, number);
          }),
      })),
    ),
  ];
  await mkdir(path.join(folder, key), { recursive: true });
  const made: Record<"renders" | "samples", string[]> = { renders: [], samples: [] };
  try {
    for (const [i, { kind, file, make }] of jobs.entries()) {
      if (signal?.aborted) break;
      if (!(await isThere(file))) await writeCrops(file, await make(), side, key);
      made[kind].push(file);
      onFile?.(i + 1, jobs.length, file);
    }
  } finally {
    model.dispose();
  }
  return { key, ...made };
}

function firsts(first: number, count: number, each: number): number[] {
  if (count === 0) return [];
  return Array.from({ length: Math.ceil(count / each) }, (_, i) => first + i * each);
}

async function eachOf(
  first: number,
  count: number,
  make: (number: number) => Promise<RegressorCrop | undefined>,
): Promise<RegressorCrop[]> {
  const crops: RegressorCrop[] = [];
  for (let number = first; number < first + count; number++) {
    const crop = await make(number);
    if (crop) crops.push(crop);
  }
  return crops;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
