/** The network that a file becomes, node by node, with its parameters. */
import { checkNetwork, type Network, type NetworkNode } from "../graph.js";
import type { Layer } from "../layers.js";
import type { Shape } from "../shape-inference.js";
import { inferShape } from "../shape-inference.js";

/** The values of a node's parameters by what they are to the node: weight, bias, ... */
export type Parts = Readonly<Record<string, Float32Array>>;

export class NetworkUnderWay {
  readonly #nodes = new Map<string, NetworkNode>();
  readonly #parts = new Map<string, Parts>();
  readonly #shapes = new Map<string, Shape>();
  /** The number that was last added to each name, so that a thousand nodes of one name are no million tries. */
  readonly #names = new Map<string, number>();

  constructor(readonly name: string) {}

  /** @param name the wished name; a number is added if it is taken @returns the name */
  add(name: string, layer: Layer, inputs: readonly string[], parts: Parts = {}): string {
    const node = { name: this.#free(name), layer, inputs };
    const shapes = inputs.map((input) => this.#shapes.get(input)!);
    return this.#put(node, inferShape(this.name, node, shapes), parts);
  }

  /** @param shape the shape with the batch, channels last */
  input(name: string, shape: Shape): string {
    return this.#put({ name, layer: { kind: "input", shape: shape.slice(1) }, inputs: [] }, shape, {});
  }

  /** The shape of a node's value, channels last, with the batch. */
  shape(node: string): Shape {
    return this.#shapes.get(node)!;
  }

  layer(node: string): Layer {
    return this.#nodes.get(node)!.layer;
  }

  parts(node: string): Parts {
    return this.#parts.get(node)!;
  }

  /** Replaces the layer of a node by another one that gives the same shape. */
  replace(node: string, layer: Layer, parts: Parts): void {
    this.#put({ ...this.#nodes.get(node)!, layer }, this.shape(node), parts);
  }

  /** The part of the network that the outputs depend on, with its parameters by name. */
  finish(outputs: Readonly<Record<string, string>>): {
    network: Network;
    parameters: Record<string, Float32Array>;
  } {
    const wanted = new Set(Object.values(outputs));
    const nodes = [...this.#nodes.values()].reverse().filter(({ name, inputs }) => {
      if (wanted.has(name)) for (const input of inputs) wanted.add(input);
      return wanted.has(name);
    });
    const network = { name: this.name, nodes: nodes.reverse(), outputs };
    checkNetwork(network);
    const parameters = nodes.flatMap(({ name }) =>
      Object.entries(this.parts(name)).map(([part, values]) => [`${name}.${part}`, values] as const),
    );
    return { network, parameters: Object.fromEntries(parameters) };
  }

  #put(node: NetworkNode, shape: Shape, parts: Parts): string {
    if (!this.#names.has(node.name)) this.#names.set(node.name, 1);
    this.#nodes.set(node.name, node);
    this.#shapes.set(node.name, shape);
    this.#parts.set(node.name, parts);
    return node.name;
  }

  #free(name: string): string {
    let [free, i] = [name, this.#names.get(name) ?? 1];
    while (this.#names.has(free)) free = `${name}.${++i}`;
    this.#names.set(name, i);
    return free;
  }
}
