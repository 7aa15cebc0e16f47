/** Prepares many photos in processes of their own, and reports the progress. */
import { fileURLToPath } from "node:url";
import { InputError } from "rerenderable";
import workerpool from "workerpool";
import type { PhotoItem } from "../photos/photo-dataset.js";
import { type Outcome, removeAbandoned } from "./photo-store.js";
import type { PreparationSettings } from "./preparation.js";

const workerFile = fileURLToPath(new URL("./photo-worker.ts", import.meta.url));

export interface PrepareOptions {
  /** The folder of the prepared photos, which runs and machines share; it must exist. */
  readonly store: string;
  readonly settings: PreparationSettings;
  /** The number of processes; each takes about 600 MB. */
  readonly workers: number;
  /** Called for each photo that is done, in any order. */
  readonly onOutcome?: (item: PhotoItem, outcome: Outcome) => void;
}

/**
 * The outcome of a photo depends on the photo and the settings alone, not on the number of processes. A photo that
 * ends its process counts as `failed`; the others go on.
 * @returns in the order of `items`
 * @throws InputError where the store cannot be written to; an Error where engine or model do not load
 */
export async function preparePhotos(
  items: readonly PhotoItem[],
  { store, settings, workers, onOutcome }: PrepareOptions,
): Promise<Outcome[]> {
  await removeAbandoned(store);
  const pool = workerpool.pool(workerFile, {
    workerType: "process",
    maxWorkers: workers,
    forkOpts: { execArgv: ["--import", "tsx"] },
  });
  const outcomes: Outcome[] = new Array(items.length);
  let next = 0;
  let finished = 0;
  let broken: unknown;
  // The queue has one photo for each process, as 200,000 at once would all be in memory.
  const lane = async () => {
    while (next < items.length && broken === undefined) {
      const at = next++;
      const item = items[at];
      try {
        outcomes[at] = (await pool.exec("prepare", [item, store, settings])) as Outcome;
      } catch (error) {
        const outcome = finished > 0 ? outcomeOfCrash(error) : undefined;
        if (!outcome) {
          broken = error;
          return;
        }
        outcomes[at] = outcome;
      }
      finished++;
      onOutcome?.(item, outcomes[at]);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, lane));
  } finally {
    await pool.terminate(true);
  }
  if (broken !== undefined) throw explain(broken, store);
  return outcomes;
}

/**
 * A process that ended took one photo with it. Before any photo was done, it is the process that is at fault. The pool says
 * so in words alone.
 */
function outcomeOfCrash(error: unknown): Outcome | undefined {
  if (!(error instanceof Error) || !error.message.startsWith("Workerpool Worker terminated"))
    return undefined;
  const [code, signal] = ["exitCode", "signalCode"].map(
    (name) => new RegExp(`${name}: \`(\\w+)\``).exec(error.message)?.[1],
  );
  const how = signal && signal !== "null" ? signal : `exit code ${code}`;
  return { key: "", accepted: false, reason: "failed", detail: `its process ended (${how})` };
}

/** Errors come from the workers as plain properties. */
function explain(error: unknown, store: string): unknown {
  const { name, code, file, expected, got } = error as NodeJS.ErrnoException & Partial<InputError>;
  if (name === "InputError") return new InputError(file!, expected!, got!);
  const plain: Readonly<Record<string, string>> = {
    ENOSPC: "no space left on the device",
    EDQUOT: "no space left in the quota",
    EACCES: "no permission",
    EROFS: "a read-only file system",
  };
  return code && plain[code] ? new InputError(store, "a folder that can be written to", plain[code]) : error;
}
