/** Picks the tfjs backend that everything else computes on, prepares it, and says what it took and why. */
import * as tf from "@tensorflow/tfjs";
import { type EngineName, engineNames, readableEngines } from "./engine-names.js";
import type { EngineReport, StartedEngine } from "./engine-report.js";
import { EngineAbsentError } from "./import-optional.js";
import { oneAtATime } from "./one-at-a-time.js";
import { startCpu, startWasm } from "./start-backends.js";
import { startTensorflow } from "./start-tensorflow.js";
import { startWebgpu } from "./start-webgpu.js";
import { downloadTensors } from "./webgpu-backend.js";

/** Whether the user asked for the engine by name; otherwise software in the place of its hardware is refused. */
export type Demand = { readonly byName: boolean };

/**
 * The engines to choose from: each starts its backend and makes it the current one, or throws: an `EngineAbsentError`
 * if the machine does not have the engine.
 */
export type Starters = Readonly<Partial<Record<EngineName, (demand: Demand) => Promise<StartedEngine>>>>;

const allEngines: Starters = {
  tensorflow: () => startTensorflow(),
  webgpu: ({ byName }) => startWebgpu({ software: byName }),
  wasm: startWasm,
  cpu: startCpu,
};

export interface EngineNeeds {
  /**
   * Whether results are read synchronously, by `dataSync`; true by default. If false, "auto" may take `webgpu` on a
   * machine with a graphics processor.
   */
  readonly readsAtOnce?: boolean;
}

/** The error when no engine starts, or not the one that was asked for. */
export class EngineError extends Error {
  override readonly name = "EngineError";

  constructor(
    /** What is wrong, as a sentence. */
    readonly problem: string,
    cause?: unknown,
  ) {
    super(`prepareEngine: ${problem}`, cause === undefined ? undefined : { cause });
  }
}

/** tfjs drops a backend if another start overtakes its own. */
const inTurn = oneAtATime();

/**
 * Prepares an engine and makes it tfjs's current backend. Calling it again, with the same request or another, is
 * harmless; tensors made before move to the new backend when they are used.
 *
 * @param request an engine, or "auto" for the best one that starts and does what is needed. Software that plays a
 *   graphics processor is taken only by name.
 * @param starters the engines to choose from
 * @param needs what the engine must be able to do, for "auto"
 * @throws EngineError if the requested engine is unknown or does not start; `cause` is an `EngineAbsentError` where
 *   the machine does not have it
 */
export function prepareEngine(
  request: "auto" | EngineName = "auto",
  starters: Starters = allEngines,
  needs: EngineNeeds = {},
): Promise<EngineReport> {
  return inTurn(() => prepare(request, starters, needs));
}

async function prepare(
  request: "auto" | EngineName,
  starters: Starters,
  { readsAtOnce = true }: EngineNeeds,
): Promise<EngineReport> {
  tf.enableProdMode(); // first, as it silences tfjs's notice about its Node.js package
  const available = engineNames.filter((name) => starters[name]);
  if (request === "auto") {
    const fit = readsAtOnce ? available.filter((name) => readableEngines.includes(name)) : available;
    return firstThatStarts(fit, starters);
  }
  if (!available.includes(request)) {
    const choices = ["auto", ...available].map((name) => `"${name}"`).join(", ");
    throw new EngineError(`\`request\` should be one of ${choices} but is "${request}".`);
  }
  try {
    return await start(request, starters, { byName: true }, "it was asked for");
  } catch (error) {
    throw new EngineError(`the engine "${request}" did not start: ${message(error)}`, error);
  }
}

async function firstThatStarts(names: readonly EngineName[], starters: Starters): Promise<EngineReport> {
  const failures: string[] = [];
  for (const name of names) {
    try {
      const why = failures.length > 0 ? failures.join("; ") : "it is the best engine available";
      return await start(name, starters, { byName: false }, why);
    } catch (error) {
      if (error instanceof EngineAbsentError) continue; // that is no failure
      failures.push(`${name} did not start (${message(error)})`);
    }
  }
  throw new EngineError(`no engine starts: ${failures.join("; ")}.`);
}

async function start(
  engine: EngineName,
  starters: Starters,
  demand: Demand,
  why: string,
): Promise<EngineReport> {
  const before = tf.engine().backendName;
  if (before && before !== engine) await downloadTensors(tf.findBackend(before));
  try {
    const { description, ...started } = await starters[engine]!(demand);
    await checkThatItComputes();
    const reason = `Took ${engine} (${description}), because ${why}.`;
    return { engine, reason, version: tf.version.tfjs, ...started };
  } catch (error) {
    if (before) await tf.setBackend(before);
    throw error;
  }
}

/** The gradient of a convolution needs every part of an engine: its heap, its kernels and our own. */
async function checkThatItComputes(): Promise<void> {
  const gradient = tf.tidy(() => {
    const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    return tf.grad((filter) => tf.conv2d(image, filter as tf.Tensor4D, 1, "valid"))(tf.ones([1, 1, 1, 1]));
  });
  const [value] = await gradient.data();
  gradient.dispose();
  if (value !== 10) throw new Error(`a test computation should give 10 but gave ${value}`);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
