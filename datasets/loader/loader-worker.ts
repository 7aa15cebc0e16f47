/** The thread that reads, augments and stacks samples: when asked for a step, it answers with the batch. */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "rerenderable";
import { oneAtATime } from "rerenderable/base";
import type { Dataset, DatasetSource } from "../dataset.js";
import { type Augmentation, augment } from "./augmentation.js";
import { stackSamples } from "./batch.js";
import { planBatches } from "./batch-plan.js";

/** What the thread is started with. */
export interface LoaderWork {
  readonly source: DatasetSource;
  readonly batchSize: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly augmentation: Augmentation;
}

/** Its answers: first the size of the data set, then one answer for each step, in the order of the questions. */
export type LoaderAnswer =
  | { readonly kind: "open"; readonly name: string; readonly size: number; readonly side: number }
  | { readonly kind: "batch"; readonly batch: ReturnType<typeof stackSamples> }
  | { readonly kind: "error"; readonly message: string; readonly input?: readonly [string, string, string] };

const { source, batchSize, seed, shuffle, augmentation } = workerData as LoaderWork;
const port = parentPort!;

try {
  const { openDataset } = (await import(source.module)) as {
    openDataset(options: unknown): Promise<Dataset>;
  };
  const dataset = await openDataset(source.options);
  const plan = planBatches(dataset.size, { batchSize, seed, shuffle });
  // Steps are read one after the other: if all cores read at once, the training step would lack them.
  const inTurn = oneAtATime();
  port.on("message", (step: number) =>
    inTurn(async () => {
      try {
        const numbers = plan.samplesOf(step);
        const samples = await Promise.all(numbers.map((number) => dataset.read(number)));
        const changed = samples.map((sample, i) =>
          augment(sample, augmentation, plan.randomOf(step, numbers[i])),
        );
        const batch = stackSamples(step, changed);
        const { images, masks, points } = batch;
        const buffers = [images, masks, points].map(({ buffer }) => buffer as ArrayBuffer);
        port.postMessage({ kind: "batch", batch } satisfies LoaderAnswer, buffers);
      } catch (error) {
        port.postMessage(describe(error));
      }
    }),
  );
  const { name, size, side } = dataset;
  port.postMessage({ kind: "open", name, size, side } satisfies LoaderAnswer);
} catch (error) {
  port.postMessage(describe(error));
}

function describe(error: unknown): LoaderAnswer {
  const { message } = error as Error;
  if (!(error instanceof InputError)) return { kind: "error", message };
  return { kind: "error", message, input: [error.file, error.expected, error.got] };
}
