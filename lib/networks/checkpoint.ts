/** Checkpoints from which training goes on: safetensors files that are written whole or not at all. */
import { readFile } from "node:fs/promises";
import { writeFileAtomically } from "../base/tensor/atomic-file.js";
import { FileError } from "../base/tensor/file-error.js";
import { parseJson } from "../base/tensor/parse-json.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type StoredTensor,
} from "../base/tensor/safetensors.js";
import type { ParameterSpec, ParameterValues } from "./parameters.js";
import { storedParameters } from "./stored-parameters.js";
import type { OptimiserState, TrainableNetwork } from "./trainable-network.js";

const kind = "checkpoint";

/** The parameters of a network, and what Adam remembers of its steps. */
export interface NetworkState {
  readonly parameters: ParameterValues;
  readonly optimiser: OptimiserState;
}

/** Networks that are trained together, in one file, so that a crash never leaves one ahead of the other. */
export interface Checkpoint {
  /** The networks by the names that the training gives them, for example "generator". */
  readonly networks: Readonly<Record<string, NetworkState>>;
  /**
   * The number of steps made. A step's random numbers depend on its number and the seed, so nothing else must be
   * remembered.
   */
  readonly step: number;
  /** The hash of the training's configuration. */
  readonly configHash: string;
}

/** The networks that a checkpoint must fit. */
export type CheckpointedNetworks = Readonly<Record<string, Pick<TrainableNetwork, "network" | "specs">>>;

export async function writeCheckpoint(
  path: string,
  networks: CheckpointedNetworks,
  { networks: states, step, configHash }: Checkpoint,
): Promise<void> {
  const tensors = Object.entries(networks).map(([name, { specs }]) => {
    const { parameters, optimiser } = states[name];
    const learning = specs.filter(({ trainable }) => trainable);
    return {
      ...stored(`${name}/parameter/`, specs, parameters),
      ...stored(`${name}/first/`, learning, optimiser.first),
      ...stored(`${name}/second/`, learning, optimiser.second),
    };
  });
  const updates = Object.fromEntries(
    Object.keys(networks).map((name) => [name, states[name].optimiser.step]),
  );
  const metadata = {
    kind,
    network: namesOf(networks),
    configHash,
    state: JSON.stringify({ step, updates }),
  };
  await writeFileAtomically(path, encodeSafetensors(Object.assign({}, ...tensors), metadata));
}

/**
 * @throws FileError in one line that names the file, if it is not a checkpoint of these networks under this
 * configuration, or its numbers are impossible
 */
export async function readCheckpoint(
  path: string,
  networks: CheckpointedNetworks,
  configHash: string,
): Promise<Checkpoint> {
  const content = await read(path, namesOf(networks));
  const { configHash: found, state } = content.metadata;
  if (found !== configHash) {
    throw new FileError(`${path}: should be of the configuration ${configHash} but is of ${found}.`);
  }
  const { step, updates } = readState(state, Object.keys(networks), path);
  const states = Object.entries(networks).map(([name, { specs }]): [string, NetworkState] => {
    const learning = specs.filter(({ trainable }) => trainable);
    const optimiser = {
      step: updates[name],
      first: storedParameters(content, `${name}/first/`, learning, path),
      second: storedParameters(content, `${name}/second/`, learning, path),
    };
    const negative = Object.keys(optimiser.second).find((one) =>
      optimiser.second[one].some((value) => value < 0),
    );
    if (negative)
      throw new FileError(
        `${path}: \`${name}/second/${negative}\` should be means of squares but is below 0.`,
      );
    return [name, { parameters: storedParameters(content, `${name}/parameter/`, specs, path), optimiser }];
  });
  return { networks: Object.fromEntries(states), step, configHash };
}

const namesOf = (networks: CheckpointedNetworks) =>
  Object.values(networks)
    .map(({ network }) => network.name)
    .join(", ");

interface StoredState {
  readonly step: number;
  /** The number of updates that each network's optimiser has made. */
  readonly updates: Readonly<Record<string, number>>;
}

/** @throws FileError in one line that names the file, if the text is not what `writeCheckpoint` writes */
function readState(text: string | undefined, names: readonly string[], path: string): StoredState {
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  try {
    const state = parseJson(text ?? "") as StoredState;
    if (isCount(state.step) && names.every((name) => isCount(state.updates[name]))) return state;
  } catch {}
  throw new FileError(`${path}: its \`state\` should be the steps made but is ${text?.slice(0, 60)}.`);
}

function stored(
  prefix: string,
  specs: readonly ParameterSpec[],
  values: ParameterValues,
): Record<string, StoredTensor> {
  return Object.fromEntries(
    specs.map(({ name, shape }) => [prefix + name, { dtype: "F32", shape, values: values[name] }]),
  );
}

async function read(path: string, networkNames: string): Promise<SafetensorsContent> {
  const content = decodeSafetensors(await readFile(path), path);
  const { kind: foundKind, network } = content.metadata;
  if (foundKind !== kind || network !== networkNames) {
    const found = foundKind === kind ? `one of "${network}"` : (foundKind ?? "another safetensors file");
    throw new FileError(`${path}: should be a checkpoint of the network "${networkNames}" but is ${found}.`);
  }
  return content;
}
