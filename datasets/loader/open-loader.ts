/**
 * Feeds a training step: batches are read, augmented and stacked in a thread of their own, a few steps ahead, while
 * the step before is computed. The same seed gives the same batches, to the bit.
 */
import { Worker } from "node:worker_threads";
import { InputError } from "rerenderable";
import type { DatasetSource } from "../dataset.js";
import { type Augmentation, noAugmentation } from "./augmentation.js";
import type { Batch } from "./batch.js";
import type { LoaderAnswer, LoaderWork } from "./loader-worker.js";

export interface LoaderOptions {
  readonly batchSize: number;
  /** Decides the order and the augmentation. */
  readonly seed: number;
  /** The first step; training that goes on sees what it would have seen. */
  readonly firstStep?: number;
  readonly shuffle?: boolean;
  readonly augmentation?: Augmentation;
  /** How many batches are ready or in work before they are asked for; one of 16 at 224 px takes 13 MB. */
  readonly ahead?: number;
}

/** Batches without end. Owns a thread: `close()` ends it. */
export interface Loader {
  readonly name: string;
  /** The number of samples. */
  readonly size: number;
  /** Side of the pictures, px. */
  readonly side: number;
  readonly stepsPerEpoch: number;
  /** The next step's batch; the caller owns it. @throws InputError where a sample cannot be read */
  next(): Promise<Batch>;
  close(): Promise<void>;
}

/** @throws InputError where the data set cannot be opened; an Error where it does not fill one batch */
export async function openLoader(source: DatasetSource, options: LoaderOptions): Promise<Loader> {
  const {
    batchSize,
    seed,
    firstStep = 0,
    shuffle = true,
    augmentation = noAugmentation,
    ahead = 2,
  } = options;
  const work: LoaderWork = { source, batchSize, seed, shuffle, augmentation };
  const worker = new Worker(new URL("./loader-thread.mjs", import.meta.url), { workerData: work });
  const answers = answersOf(worker);
  try {
    const opened = await answers.next();
    if (opened.kind !== "open") throw new Error("openLoader: the thread answered before it was asked.");
    const { name, size, side } = opened;
    for (let i = 0; i < ahead; i++) worker.postMessage(firstStep + i);
    let requested = firstStep + ahead;
    return {
      name,
      size,
      side,
      stepsPerEpoch: Math.floor(size / batchSize),
      async next() {
        // This comes before the wait, so that the thread always has work.
        worker.postMessage(requested++);
        const answer = await answers.next();
        if (answer.kind !== "batch") throw new Error("openLoader: the thread opened twice.");
        return answer.batch;
      },
      async close() {
        await worker.terminate();
      },
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

type GoodAnswer = Exclude<LoaderAnswer, { readonly kind: "error" }>;

/**
 * Gives the thread's answers one by one and keeps those that came early. An error is thrown to the caller, and ends
 * everything.
 */
function answersOf(worker: Worker): { next(): Promise<GoodAnswer> } {
  const early: LoaderAnswer[] = [];
  const waiting: ((answer: LoaderAnswer) => void)[] = [];
  let ended: LoaderAnswer | undefined;
  const take = (answer: LoaderAnswer) => {
    const asker = waiting.shift();
    if (asker) asker(answer);
    else early.push(answer);
  };
  const end = (message: string) => {
    ended ??= { kind: "error", message };
    for (const asker of waiting.splice(0)) asker(ended);
  };
  worker.on("message", take);
  worker.on("error", (error: Error) => end(error.message));
  worker.on("exit", () => end("the loader's thread has ended"));
  return {
    async next() {
      const answer =
        early.shift() ?? ended ?? (await new Promise<LoaderAnswer>((resolve) => waiting.push(resolve)));
      if (answer.kind !== "error") return answer;
      throw answer.input ? new InputError(...answer.input) : new Error(answer.message);
    },
  };
}
