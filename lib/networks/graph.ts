/** A network: a graph of named layers with named inputs and outputs, as plain data. */
import type { Layer } from "./layers.js";
import { NetworkError } from "./network-error.js";

export interface NetworkNode {
  /** Unique; the parameters of the node are named after it. */
  readonly name: string;
  readonly layer: Layer;
  /** Names of the nodes that it reads. */
  readonly inputs: readonly string[];
}

export interface Network {
  readonly name: string;
  /** The nodes; each comes after the nodes that it reads. */
  readonly nodes: readonly NetworkNode[];
  /** The node that gives each output, by the output's name. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface NetworkBuilder {
  /** Adds an input. @param shape the shape of one item, without the batch; null for a size that is decided later */
  input(name: string, shape: readonly (number | null)[]): string;
  /** Adds a node. @returns its name, for the nodes that read it */
  add(name: string, layer: Layer, ...inputs: string[]): string;
}

/**
 * @param build adds the nodes, and returns the node of each output by the output's name
 * @throws if two nodes have one name, or if a node or an output reads a node that does not exist
 */
export function createNetwork(
  name: string,
  build: (builder: NetworkBuilder) => Readonly<Record<string, string>>,
): Network {
  const nodes: NetworkNode[] = [];
  const add = (node: string, layer: Layer, ...inputs: string[]) => {
    nodes.push({ name: node, layer, inputs });
    return node;
  };
  const outputs = build({ add, input: (node, shape) => add(node, { kind: "input", shape }) });
  const network = { name, nodes, outputs };
  checkNetwork(network);
  return network;
}

export function inputNames(network: Network): string[] {
  return network.nodes.filter(({ layer }) => layer.kind === "input").map(({ name }) => name);
}

/**
 * Nodes whose bias has no influence: convolutions or products with weights that only a normalisation reads, as it
 * takes the mean away again. The derivative of such a bias is zero. If it were computed, it would be rounding noise,
 * and Adam would make full steps of this noise.
 *
 * @param training whether batch normalisations use the statistics of the batch. Pass false for a forward pass: it
 *   needs the bias all the same, as the running mean contains it
 */
export function cancelledBiases(network: Network, training: boolean): ReadonlySet<string> {
  const outputs = new Set(Object.values(network.outputs));
  const readers = new Map<string, NetworkNode[]>();
  for (const node of network.nodes)
    for (const input of new Set(node.inputs)) readers.get(input)?.push(node) ?? readers.set(input, [node]);
  const cancelled = network.nodes.filter(({ name, layer }) => {
    if (!["conv", "transposedConv", "depthwiseConv", "dense"].includes(layer.kind)) return false;
    const [reader, ...others] = readers.get(name) ?? [];
    if (outputs.has(name) || !reader || others.length > 0) return false;
    const { kind } = reader.layer;
    return kind === "instanceNorm" || (kind === "batchNorm" && training);
  });
  return new Set(cancelled.map(({ name }) => name));
}

export function checkNetwork({ name: networkName, nodes, outputs }: Network): void {
  const known = new Set<string>();
  for (const node of nodes) {
    const { name, layer, inputs } = node;
    const fail = (problem: string): never => {
      throw new NetworkError(networkName, problem, node);
    };
    if (known.has(name)) fail("another node has this name");
    for (const input of inputs) {
      if (!known.has(input)) fail(`reads "${input}", which no node before it is named`);
    }
    const expected = layer.kind === "input" ? 0 : ["add", "multiply", "maximum"].includes(layer.kind) ? 2 : 1;
    if (layer.kind === "concat" ? inputs.length < 1 : inputs.length !== expected) {
      fail(`should read ${expected} nodes but reads ${inputs.length}`);
    }
    known.add(name);
  }
  const inputs = nodes.filter(({ layer }) => layer.kind === "input").map(({ name }) => name);
  for (const [output, node] of Object.entries(outputs)) {
    if (inputs.includes(output))
      throw new NetworkError(networkName, `an input and an output are both named "${output}"`);
    if (known.has(node)) continue;
    throw new NetworkError(networkName, `output "${output}" is node "${node}", which is not there`);
  }
}
