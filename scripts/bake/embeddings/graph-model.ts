/**
 * Reads a graph model of TensorFlow.js: a TensorFlow graph as JSON and its constants in one binary, some of them
 * in half precision or as small integers with a scale. Attributes are those of TensorFlow's operators.
 */
import { type Constants, readConstants, type WeightsManifest } from "rerenderable/networks";

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Names of the nodes that it reads, without the numbers of their outputs. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

export interface Attributes {
  /** A text, empty if missing. */
  text(name: string): string;
  texts(name: string): string[];
  flag(name: string): boolean;
  /** The numbers of a list, empty if missing. */
  numbers(name: string): number[];
  /** Sizes, -1 where one is open. */
  shape(name: string): number[];
}

export interface GraphModel {
  /** What the model is called in messages. */
  readonly sourceName: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly constants: Constants;
}

/**
 * @param json of the model.json
 * @param weights the binaries that it names, one after the other
 * @throws naming the source, if it is no graph model or the binary does not fit
 */
export function readGraphModel(json: unknown, weights: Uint8Array, sourceName: string): GraphModel {
  const model = json as {
    format?: string;
    modelTopology?: { node?: RawNode[] };
    weightsManifest?: WeightsManifest;
  };
  const { format, modelTopology, weightsManifest } = model ?? {};
  if (format !== "graph-model" || !modelTopology?.node || !weightsManifest) {
    throw new Error(`${sourceName}: should be a TensorFlow.js graph model but its format is "${format}".`);
  }
  const nodes = modelTopology.node.map(({ name, op, input = [], attr = {} }): GraphNode => {
    const inputs = input.filter((from) => !from.startsWith("^")).map((from) => from.replace(/:\d+$/, ""));
    return { name, op, inputs, attributes: readAttributes(attr) };
  });
  return {
    sourceName,
    nodes: new Map(nodes.map((node) => [node.name, node])),
    constants: readConstants(weightsManifest, weights, sourceName),
  };
}

interface RawNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, RawAttribute>>;
}

/** Numbers may be texts, as 64 bits do not fit a JSON number; texts are in base 64. */
interface RawAttribute {
  readonly s?: string;
  readonly b?: boolean;
  readonly shape?: { readonly dim?: readonly { readonly size: string | number }[] };
  readonly list?: { readonly i?: readonly (string | number)[]; readonly s?: readonly string[] };
}

function readAttributes(attributes: Readonly<Record<string, RawAttribute>>): Attributes {
  return {
    text: (name) => readText(attributes[name]?.s ?? ""),
    texts: (name) => (attributes[name]?.list?.s ?? []).map(readText),
    flag: (name) => attributes[name]?.b ?? false,
    numbers: (name) => (attributes[name]?.list?.i ?? []).map(Number),
    shape: (name) => (attributes[name]?.shape?.dim ?? []).map(({ size }) => Number(size)),
  };
}

const readText = (base64: string) => Buffer.from(base64, "base64").toString("utf8");
