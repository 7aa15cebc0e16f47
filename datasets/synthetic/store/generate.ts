/**
 * Fills the cache by several processes at once. Each makes whole samples and gets only their numbers, so the number
 * of processes changes no byte. They are processes and not worker threads: `sharp` and tsx work in both, but a
 * process that dies does not end the others.
 */
import { type ChildProcess, fork } from "node:child_process";
import type { SubsetName } from "../scene/subset-names.js";
import { loadSyntheticAssets, type SyntheticAssets } from "../synthetic-assets.js";
import { obtainSample, type SampleRequest } from "./sample-cache.js";

export interface GenerateOptions {
  readonly subset: SubsetName;
  readonly seeds: readonly number[];
  /** Side of the pictures in pixels; 224 by default. */
  readonly size?: number;
  /** Side of the flat maps in texels; 512 by default. */
  readonly uvSize?: number;
  readonly folder: string;
  /** The number of processes; by default 1, which is this process. */
  readonly workers?: number;
  readonly onSample?: (done: number, of: number) => void;
  readonly warn?: (line: string) => void;
  /** The assets, for `workers: 1`, if they are loaded already. */
  readonly assets?: SyntheticAssets;
}

/** The messages to a worker, and its answers. */
export type ToWorker =
  | { readonly open: { folder: string; uvSize: number } }
  | { readonly make: SampleRequest };
export type FromWorker =
  | { readonly done: number }
  | { readonly warning: string }
  | { readonly failed: string };

/** Makes the samples that do not exist yet. @throws the first error of a worker */
export async function generateSamples(options: GenerateOptions): Promise<void> {
  const {
    subset,
    seeds,
    size = 224,
    uvSize = 512,
    folder,
    workers = 1,
    onSample,
    warn = console.warn,
  } = options;
  if (!Number.isInteger(workers) || workers < 1) {
    throw new Error(`generateSamples: \`workers\` should be a whole number from 1 but is ${workers}.`);
  }
  let done = 0;
  const finished = () => onSample?.(++done, seeds.length);
  if (workers === 1) {
    const assets = options.assets ?? (await loadSyntheticAssets(uvSize));
    for (const seed of seeds) {
      await obtainSample(assets, { subset, seed, size }, { folder, warn });
      finished();
    }
    return;
  }
  const left = [...seeds];
  const next = () => {
    const seed = left.shift();
    return seed === undefined ? undefined : { subset, seed, size };
  };
  const crew = Array.from({ length: Math.min(workers, seeds.length) }, () => startWorker());
  try {
    await Promise.all(crew.map((child) => runWorker(child, { folder, uvSize }, next, finished, warn)));
  } finally {
    for (const child of crew) child.kill();
  }
}

function startWorker(): ChildProcess {
  // Seen from this folder, `tsx` is found wherever the program was started.
  return fork(new URL("./worker.ts", import.meta.url), {
    execArgv: ["--import", "tsx"],
    cwd: import.meta.dirname,
  });
}

function runWorker(
  child: ChildProcess,
  open: { folder: string; uvSize: number },
  next: () => SampleRequest | undefined,
  finished: () => void,
  warn: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      const make = next();
      if (make) child.send({ make } satisfies ToWorker);
      else resolve();
    };
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      reject(new Error(`generateSamples: a worker ended with ${signal ?? code}.`)),
    );
    child.on("message", (message: FromWorker) => {
      if ("warning" in message) return warn(message.warning);
      if ("failed" in message) return reject(new Error(message.failed));
      finished();
      give();
    });
    child.send({ open } satisfies ToWorker);
    give();
  });
}
