/**
 * A network and its parameters in one safetensors file. The graph is JSON in the metadata, so that nothing but the
 * file is needed to run it.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FileError } from "../base/tensor/file-error.js";
import { floatToHalf, halfToFloat } from "../base/tensor/half.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../base/tensor/safetensors.js";
import type { Network } from "./graph.js";
import { networkFromJson, networkToJson } from "./network-json.js";
import { type ParameterValues, parameterSpecs } from "./parameters.js";
import { fixedInputShapes } from "./shape-inference.js";
import { storedParameters } from "./stored-parameters.js";
import { checkParameters } from "./trainable-network.js";

export interface NetworkFile {
  readonly network: Network;
  readonly parameters: ParameterValues;
  /** Texts about the network by their names: where it comes from, what it may be used for. */
  readonly metadata: Readonly<Record<string, string>>;
}

const kind = "network";

/**
 * Encodes a network without loss: a parameter is stored in half precision only if each of its values is a half
 * precision number, as in networks that were published in half precision.
 *
 * @returns the file; the same input gives the same bytes
 * @throws if the parameters are not the network's, or an input has an open size
 */
export function encodeNetworkFile({ network, parameters, metadata }: NetworkFile): Uint8Array {
  const specs = parameterSpecs(network, fixedInputShapes(network, 1));
  checkParameters(network, specs, parameters);
  const tensors = specs.map(({ name, shape }): [string, StoredTensor] => {
    const values = parameters[name];
    return [name, { dtype: areHalves(values) ? "F16" : "F32", shape, values }];
  });
  return encodeSafetensors(Object.fromEntries(tensors), {
    ...metadata,
    kind,
    graph: networkToJson(network),
  });
}

/**
 * @param sourceName the file's name in messages
 * @throws FileError in one line that names the source, if it is not a network with all its parameters
 */
export function decodeNetworkFile(bytes: Uint8Array, sourceName: string): NetworkFile {
  const content = decodeSafetensors(bytes, sourceName);
  const { kind: found, graph, ...metadata } = content.metadata;
  if (found !== kind || graph === undefined) {
    const what = found === undefined ? "another safetensors file" : `"${found}"`;
    throw new FileError(`${sourceName}: should be a network with its parameters but is ${what}.`);
  }
  const network = networkFromJson(graph, sourceName);
  let specs: ReturnType<typeof parameterSpecs>;
  try {
    specs = parameterSpecs(network, fixedInputShapes(network, 1));
  } catch (error) {
    throw new FileError(`${sourceName}: ${(error as Error).message}`);
  }
  return { network, parameters: storedParameters(content, "", specs, sourceName), metadata };
}

/** @throws FileError in one line that names the file, if it cannot be read or is not a network with all its parameters */
export async function readNetworkFile(file: string | URL): Promise<NetworkFile> {
  return decodeNetworkFile(await readFile(file), file instanceof URL ? fileURLToPath(file) : file);
}

function areHalves(values: Float32Array): boolean {
  const halves = halfToFloat(floatToHalf(values));
  return values.every((value, i) => Object.is(value, halves[i]));
}
