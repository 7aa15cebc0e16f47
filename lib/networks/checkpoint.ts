/** Weights, and checkpoints to go on from, as safetensors files that are written whole or not at all. */
import { readFile } from "node:fs/promises";
import { writeFileAtomically } from "../tensor/atomic-file.js";
import type { RandomState } from "../tensor/random.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type StoredTensor,
} from "../tensor/safetensors.js";
import type { ParameterSpec, ParameterValues } from "./parameters.js";
import { storedParameters } from "./stored-parameters.js";
import type { OptimiserState } from "./trainable-network.js";

export interface Checkpoint {
  readonly parameters: ParameterValues;
  readonly optimiser: OptimiserState;
  /** Of the configuration that the training has. */
  readonly configHash: string;
  readonly random: RandomState;
}

/** @param precision "F16" halves the file, at three digits a number */
export async function writeWeights(
  path: string,
  networkName: string,
  specs: readonly ParameterSpec[],
  values: ParameterValues,
  precision: "F32" | "F16" = "F32",
): Promise<void> {
  const metadata = { kind: "weights", network: networkName };
  await writeFileAtomically(path, encodeSafetensors(stored("", specs, values, precision), metadata));
}

/** @throws in one line that names the file, if it holds other weights than this network's */
export async function readWeights(
  path: string,
  networkName: string,
  specs: readonly ParameterSpec[],
): Promise<ParameterValues> {
  const content = await read(path, "weights", networkName);
  return storedParameters(content, "", specs, path);
}

export async function writeCheckpoint(
  path: string,
  networkName: string,
  specs: readonly ParameterSpec[],
  { parameters, optimiser, configHash, random }: Checkpoint,
): Promise<void> {
  const learning = specs.filter(({ trainable }) => trainable);
  const tensors = {
    ...stored("parameter/", specs, parameters, "F32"),
    ...stored("first/", learning, optimiser.first, "F32"),
    ...stored("second/", learning, optimiser.second, "F32"),
  };
  const state = JSON.stringify({ step: optimiser.step, random });
  const metadata = { kind: "checkpoint", network: networkName, configHash, state };
  await writeFileAtomically(path, encodeSafetensors(tensors, metadata));
}

/** @throws in one line that names the file, if it is not a checkpoint of this network under this configuration */
export async function readCheckpoint(
  path: string,
  networkName: string,
  specs: readonly ParameterSpec[],
  configHash: string,
): Promise<Checkpoint> {
  const content = await read(path, "checkpoint", networkName);
  const learning = specs.filter(({ trainable }) => trainable);
  const { configHash: found, state } = content.metadata;
  if (found !== configHash) {
    throw new Error(`${path}: should be of the configuration ${configHash} but is of ${found}.`);
  }
  const { step, random } = readState(state, path);
  const optimiser = {
    step,
    first: storedParameters(content, "first/", learning, path),
    second: storedParameters(content, "second/", learning, path),
  };
  return { parameters: storedParameters(content, "parameter/", specs, path), optimiser, configHash, random };
}

/** @throws in one line that names the file, if the text is not what `writeCheckpoint` writes */
function readState(text: string | undefined, path: string): { step: number; random: RandomState } {
  try {
    const { step, random } = JSON.parse(text ?? "") as { step: number; random: RandomState };
    if (Number.isSafeInteger(step) && step >= 0 && isRandomState(random)) return { step, random };
  } catch {}
  throw new Error(
    `${path}: its \`state\` should be the step and the random state but is ${text?.slice(0, 60)}.`,
  );
}

function isRandomState({ words, spare }: RandomState): boolean {
  const isWord = (word: number) => Number.isInteger(word) && word >= 0 && word < 2 ** 32;
  return words.length === 4 && words.every(isWord) && (spare === null || Number.isFinite(spare));
}

function stored(
  prefix: string,
  specs: readonly ParameterSpec[],
  values: ParameterValues,
  dtype: "F32" | "F16",
): Record<string, StoredTensor> {
  return Object.fromEntries(
    specs.map(({ name, shape }) => [prefix + name, { dtype, shape, values: values[name]! }]),
  );
}

async function read(path: string, kind: string, networkName: string): Promise<SafetensorsContent> {
  const content = decodeSafetensors(await readFile(path), path);
  const { kind: foundKind, network } = content.metadata;
  if (foundKind !== kind || network !== networkName) {
    const found = foundKind ? `${foundKind} of the network "${network}"` : "another safetensors file";
    throw new Error(`${path}: should be ${kind} of the network "${networkName}" but is ${found}.`);
  }
  return content;
}
