/** An operator of a graph model, as those who translate it see it. */
import type { Constant, Layer, Shape } from "rerenderable/networks";
import type { GraphNode } from "./graph-model.js";

/** What a translator knows of the operator, and how it gives its layers. */
export interface Place {
  readonly node: GraphNode;
  /** The constant that an input is, if it is one. */
  constant(index: number): Constant | undefined;
  /** The constant that an input must be. */
  needConstant(index: number): Constant;
  /** The name of the network's node that an input is, and its shape with a batch of 1. */
  value(index: number): Value;
  /** The operator that an input comes from, with what it reads. */
  before(index: number): Place;
  /** Adds a layer; the last one is the operator's value. */
  add(layer: Layer, inputs: readonly Value[], parameters?: Readonly<Record<string, Float32Array>>): Value;
  /** Stops, naming the node and what is wrong with it. */
  fail(problem: string): never;
}

export interface Value {
  readonly name: string;
  readonly shape: Shape;
}
