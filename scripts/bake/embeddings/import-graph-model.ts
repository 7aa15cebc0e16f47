/**
 * Makes a network of a graph model: each operator becomes a layer, constants become parameters, and scales, offsets,
 * padding and bounds become part of a neighbouring layer where they can.
 */
import type { Network } from "rerenderable";
import {
  type FrozenNetwork,
  foldNetwork,
  inferShapes,
  type Layer,
  type NetworkNode,
  type Shape,
} from "rerenderable/networks";
import type { GraphModel } from "./graph-model.js";
import type { Place, Value } from "./place.js";
import { translators } from "./translate-operators.js";

/**
 * @param output the node whose value the network gives, as its output "embedding"
 * @returns the network with the input "image", in the model's own numbers
 * @throws naming the model and the node, if it has no such node or an operator that is not understood
 */
export function importGraphModel(model: GraphModel, name: string, output: string): FrozenNetwork {
  const translation = new Translation(model, name);
  const { name: node } = translation.value(output);
  return foldNetwork({ ...translation.network, outputs: { embedding: node } }, translation.parameters);
}

class Translation {
  readonly parameters: Record<string, Float32Array> = {};
  readonly #nodes: NetworkNode[] = [];
  readonly #values = new Map<string, Value>();

  constructor(
    readonly model: GraphModel,
    readonly name: string,
  ) {}

  get network(): Network {
    return { name: this.name, nodes: this.#nodes, outputs: {} };
  }

  /** Translates a node and what it reads, unless that is done. */
  value(name: string): Value {
    const known = this.#values.get(name);
    if (known) return known;
    const place = this.#place(name);
    const translate = translators[place.node.op];
    if (!translate) place.fail("is an operator that is not understood");
    const value = translate(place);
    this.#values.set(name, value);
    return value;
  }

  #place(name: string): Place {
    const { model } = this;
    const node = model.nodes.get(name);
    if (!node) throw new Error(`${model.sourceName}: has no node "${name}".`);
    const fail = (problem: string): never => {
      throw new Error(`${model.sourceName}: node "${name}" (${node.op}) ${problem}.`);
    };
    const input = (index: number) => node.inputs[index] ?? fail(`has no input ${index}`);
    const constant = (index: number) => model.constants.get(input(index));
    return {
      node,
      fail,
      constant,
      needConstant: (index) => constant(index) ?? fail(`should read a constant as its input ${index}`),
      value: (index) => this.value(input(index)),
      before: (index) => this.#place(input(index)),
      add: (layer, inputs, parameters = {}) => this.#add(name, layer, inputs, parameters),
    };
  }

  #add(
    name: string,
    layer: Layer,
    inputs: readonly Value[],
    parameters: Readonly<Record<string, Float32Array>>,
  ): Value {
    const taken = (candidate: string) => this.#nodes.some((node) => node.name === candidate);
    let unique = layer.kind === "input" ? "image" : name;
    while (taken(unique)) unique += "'"; // an operator of several layers
    this.#nodes.push({ name: unique, layer, inputs: inputs.map((input) => input.name) });
    for (const [part, values] of Object.entries(parameters)) this.parameters[`${unique}.${part}`] = values;
    const image = this.#nodes.find((node) => node.layer.kind === "input")!.layer as { shape: Shape };
    const shapes = inferShapes(this.network, { image: [1, ...image.shape] });
    return { name: unique, shape: shapes[unique] };
  }
}
