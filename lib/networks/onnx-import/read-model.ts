/**
 * Decodes the bytes of a `.onnx` file into nodes, constants, inputs and outputs, and reports what is wrong with them.
 */
import { InputError } from "../../base/tensor/input-error.js";
import { modelProto } from "../onnx/proto.js";
import { type Constant, type RawTensor, readTensor } from "./read-tensor.js";

export interface ModelNode {
  /** The name in the file, where it may be empty. */
  readonly name: string;
  /** The operator's name, with its domain before it if that is not the standard's. */
  readonly opType: string;
  /** The names of values; the name of an optional one that is left out is empty. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface Attribute {
  readonly f: number;
  readonly i: number;
  readonly s: string;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly tensor: (() => Constant) | undefined;
}

export interface ModelInput {
  readonly name: string;
  /** The shape with the batch: undefined stands for an open size; there is no shape if the file gives none. */
  readonly shape: readonly (number | undefined)[] | undefined;
}

export interface Model {
  /** Version of the standard operators. */
  readonly opset: number;
  readonly nodes: readonly ModelNode[];
  /** The constants; each is converted when it is asked for. */
  readonly constants: ReadonlyMap<string, () => Constant>;
  /** The inputs, without those that are constants. */
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly string[];
}

/** Version 7 brought today's broadcasting; versions after 22 are not read here. */
const opsets = { first: 7, last: 22 };

/** The most nodes, and the most inputs: networks for faces have some hundreds, and one. */
const [mostNodes, mostInputs] = [20_000, 16];

/** @throws InputError if the bytes are not an ONNX model of a version that we know */
export function readModel(bytes: Uint8Array, file: string): Model {
  const { irVersion, opsetImport, graph } = decode(bytes, file);
  const plausible = graph && Number(irVersion) >= 1 && Number(irVersion) < 100 && graph.node.length > 0;
  if (!plausible) throw new InputError(file, "an ONNX model", `${bytes.length} bytes of something else`);
  const standard = opsetImport.find(({ domain }) => isStandard(domain));
  const opset = Number(standard?.version ?? 0);
  if (!(opset >= opsets.first && opset <= opsets.last)) {
    const got = standard ? `version ${opset}` : "none (a damaged file?)";
    throw new InputError(file, `standard operators of version ${opsets.first} to ${opsets.last}`, got);
  }
  if (graph.node.length > mostNodes)
    throw new InputError(file, `at most ${mostNodes} nodes`, `${graph.node.length}`);
  checkNames(graph, file);
  const constants = new Map(
    graph.initializer.map((tensor) => [tensor.name, once(() => readTensor(tensor, file))] as const),
  );
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  if (inputs.length > mostInputs)
    throw new InputError(file, `at most ${mostInputs} inputs`, `${inputs.length}`);
  return {
    opset,
    nodes: graph.node.map((node) => readNode(node, file)),
    constants,
    inputs: inputs.map(readInput),
    outputs: graph.output.map(({ name }) => name),
  };
}

interface RawModel {
  readonly irVersion: unknown;
  readonly opsetImport: readonly { domain: string; version: unknown }[];
  readonly graph?: {
    readonly node: readonly RawNode[];
    readonly initializer: readonly RawTensor[];
    readonly input: readonly RawInput[];
    readonly output: readonly { name: string }[];
  };
}

interface RawNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly {
    readonly name: string;
    readonly f: number;
    readonly i: unknown;
    /** The bytes, or a plain list where it is empty. */
    readonly s: Uint8Array | readonly number[];
    readonly t?: RawTensor;
    readonly floats: readonly number[];
    readonly ints: readonly unknown[];
  }[];
}

interface RawInput {
  readonly name: string;
  readonly type?: {
    readonly tensorType?: { readonly shape?: { readonly dim: readonly { readonly dimValue: unknown }[] } };
  };
}

/** Each value has one name: of two of one name, one would be lost. An input may have its constant as a default. */
function checkNames({ node, initializer, input }: NonNullable<RawModel["graph"]>, file: string): void {
  const results = node.flatMap(({ output }) => output.filter((name) => name !== ""));
  for (const names of [
    [...initializer.map(({ name }) => name), ...results],
    [...input.map(({ name }) => name), ...results],
  ]) {
    const seen = new Set<string>();
    for (const name of names) {
      if (seen.has(name)) throw new InputError(file, `one value named "${name}"`, "two");
      seen.add(name);
    }
  }
}

function decode(bytes: Uint8Array, file: string): RawModel {
  if (bytes.length === 0) throw new InputError(file, "an ONNX model", "an empty file");
  try {
    return modelProto().decode(bytes) as unknown as RawModel;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(file, "an ONNX model", `another or a truncated file (${reason})`);
  }
}

function readNode({ name, opType, domain, input, output, attribute }: RawNode, file: string): ModelNode {
  const attributes = attribute.map(
    ({ name: key, f, i, s, t, floats, ints }) =>
      [
        key,
        {
          f,
          i: Number(i),
          s: new TextDecoder().decode(Uint8Array.from(s)),
          floats,
          ints: ints.map(Number),
          tensor: t ? once(() => readTensor(t, file)) : undefined,
        },
      ] as const,
  );
  const standard = isStandard(domain);
  return {
    name,
    opType: standard ? opType : `${domain}.${opType}`,
    inputs: input,
    outputs: output,
    attributes: new Map(attributes),
  };
}

function readInput({ name, type }: RawInput): ModelInput {
  const dim = type?.tensorType?.shape?.dim;
  return { name, shape: dim?.map(({ dimValue }) => (Number(dimValue) > 0 ? Number(dimValue) : undefined)) };
}

function isStandard(domain: string): boolean {
  return domain === "" || domain === "ai.onnx";
}

function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}
