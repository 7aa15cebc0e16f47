/**
 * The loop around every training: steps, curves, validation, checkpoints, and going on from a checkpoint. The trainee
 * decides what is learnt in a step.
 */
import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { writeFileAtomically } from "../../base/tensor/atomic-file.js";
import { FileError } from "../../base/tensor/file-error.js";
import { createRandom, type Random } from "../../base/tensor/random.js";
import { type NetworkState, readCheckpoint, writeCheckpoint } from "../../networks/checkpoint.js";
import type { Learner } from "../../networks/growing-network.js";
import type { Terms } from "../metrics/terms.js";

export interface Trainee {
  /** The networks that learn, by name. */
  readonly networks: Readonly<Record<string, Learner>>;
  /**
   * One step: forward, backward, update.
   * @param step from 0
   * @param random this step's own stream. All random numbers come from it, so that a resumed run draws the same
   * @returns the numbers for the curves, `total` among them
   */
  step(step: number, random: Random): Promise<Terms>;
  /** The terms on samples that are not trained on. */
  validate?(step: number): Promise<Terms>;
}

export interface TrainingOptions {
  /** The folder for `checkpoint.safetensors` and `curves.jsonl`. */
  readonly folder: string;
  readonly steps: number;
  readonly seed: number;
  /** Digest of the settings that the steps depend on (`hashSettings`). A checkpoint of other settings is refused. */
  readonly configHash: string;
  /** Whether to go on from the checkpoint, if there is one. */
  readonly resume: boolean;
  /** Steps between two checkpoints. There is always one at the end. */
  readonly checkpointEvery: number;
  /**
   * Steps between two validations; there is no validation if left out. The first is before the first step, the last
   * after the last step.
   */
  readonly validateEvery?: number;
  /** When it is aborted, the step under way ends and a checkpoint is written. */
  readonly signal?: AbortSignal;
  readonly onLine?: (line: CurveLine) => void;
  readonly onStep?: (done: number, of: number) => void;
}

/**
 * A line of `curves.jsonl`. Each step has one, so that a run that was interrupted and resumed leaves the same file as
 * one that was not.
 */
export interface CurveLine {
  /** Steps made. */
  readonly step: number;
  readonly kind: "training" | "validation";
  readonly terms: Terms;
}

export interface TrainingEnd {
  /** Steps made in all. */
  readonly step: number;
  readonly interrupted: boolean;
}

/** The first 16 hexadecimal digits of the SHA-256 of the settings as JSON. */
export function hashSettings(settings: unknown): string {
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16);
}

/**
 * @throws FileError in one line if the checkpoint is none, is of more steps, or does not agree with the curves
 * @throws if a term is not finite, naming the term and the step (the checkpoint before it stays), or if a step leaves
 * tensors behind
 * @example ```ts import { hashSettings, type Trainee, train } from "rerenderable";
 *
 * async function trainOnce(trainee: Trainee, settings: { steps: number; seed: number }) { const run = { folder:
 * "results/mine", resume: true, checkpointEvery: 50 }; return train(trainee, { ...settings, ...run, configHash:
 * hashSettings(settings) }); } ```
 */
export async function train(trainee: Trainee, options: TrainingOptions): Promise<TrainingEnd> {
  const { folder, steps, seed, configHash, checkpointEvery, validateEvery = 0, signal } = options;
  await mkdir(folder, { recursive: true });
  const checkpoint = path.join(folder, "checkpoint.safetensors");
  const curves = path.join(folder, "curves.jsonl");
  if (!options.resume) await rm(checkpoint, { force: true });
  const from = options.resume ? await restore(trainee, checkpoint, options) : 0;
  await cutCurves(curves, from);
  const random = createRandom(seed);
  const say = async (line: CurveLine) => {
    await appendFile(curves, `${JSON.stringify(line)}\n`);
    options.onLine?.(line);
  };
  const validate = async (step: number) => {
    const terms = await trainee.validate?.(step);
    if (terms) await say({ step, kind: "validation", terms });
  };

  if (from === 0 && validateEvery > 0) await validate(0);
  for (let step = from; step < steps; step++) {
    if (signal?.aborted) {
      await save(trainee, checkpoint, step, configHash);
      return { step, interrupted: true };
    }
    const { numTensors } = tf.memory();
    const terms = await trainee.step(step, random.fork(`step ${step}`));
    checkFinite(terms, step);
    if (step > from) checkTensorCount(numTensors, step); // the first step may fill caches
    const done = step + 1;
    await say({ step: done, kind: "training", terms });
    if (validateEvery > 0 && (done % validateEvery === 0 || done === steps)) await validate(done);
    if (done % checkpointEvery === 0 || done === steps) await save(trainee, checkpoint, done, configHash);
    options.onStep?.(done, steps);
    await new Promise((resolve) => setImmediate(resolve)); // lets an interrupt in
  }
  return { step: Math.max(from, steps), interrupted: false };
}

async function restore(
  { networks }: Trainee,
  file: string,
  { configHash, steps }: TrainingOptions,
): Promise<number> {
  const found = await readFile(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  if (!found) return 0;
  const { networks: states, step } = await readCheckpoint(file, networks, configHash);
  if (step > steps)
    throw new FileError(
      `${file}: should be of at most ${steps} steps, all of this training, but is of ${step}.`,
    );
  for (const [name, network] of Object.entries(networks)) {
    network.setParameters(states[name].parameters);
    network.setOptimiserState(states[name].optimiser);
  }
  return step;
}

async function save({ networks }: Trainee, file: string, step: number, configHash: string): Promise<void> {
  const states: Record<string, NetworkState> = {};
  for (const [name, network] of Object.entries(networks)) {
    states[name] = { parameters: await network.parameters(), optimiser: await network.optimiserState() };
  }
  await writeCheckpoint(file, networks, { networks: states, step, configHash });
}

/**
 * Cuts off what a run wrote after the checkpoint from which it goes on.
 * @throws FileError if a step of the checkpoint has no line: the curves are of another run, or were damaged
 */
async function cutCurves(file: string, step: number): Promise<void> {
  const kept = step > 0 ? (await readCurves(file)).filter((line) => line.step <= step) : [];
  const made = kept.filter(({ kind }) => kind === "training");
  const gap = made.findIndex((line, i) => line.step !== i + 1);
  if (made.length !== step || gap >= 0) {
    const got = `${gap >= 0 ? `another step in line ${gap + 1}` : `${made.length} steps`}`;
    throw new FileError(
      `${file}: should have the ${step} steps of the checkpoint beside it, in turn, but has ${got}.`,
    );
  }
  await writeFileAtomically(file, Buffer.from(kept.map((line) => `${JSON.stringify(line)}\n`).join("")));
}

/** The curves of a run. A last line that was cut short is left out; without a file there are no curves. */
export async function readCurves(file: string): Promise<CurveLine[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      const read = JSON.parse(line) as CurveLine | null;
      return read && Number.isInteger(read.step) && typeof read.terms === "object" ? [read] : [];
    } catch {
      return [];
    }
  });
}

function checkFinite(terms: Terms, step: number): void {
  const wrong = Object.entries(terms).find(([, value]) => !Number.isFinite(value));
  if (wrong) throw new Error(`training: the term \`${wrong[0]}\` is ${wrong[1]} at step ${step}.`);
}

function checkTensorCount(before: number, step: number): void {
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`training: step ${step} left ${left} tensors behind.`);
}
