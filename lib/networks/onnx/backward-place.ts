/** What the gradient of one layer is emitted from. */
import type { NetworkNode } from "../graph.js";
import type { LayerKind, LayerOf, Shape } from "../layers.js";
import type { OnnxGraph } from "./onnx-graph.js";

/** One node on the way back. Values, and their shapes here, are channels first. */
export interface BackwardPlace<K extends LayerKind> {
  readonly graph: OnnxGraph;
  readonly node: NetworkNode;
  readonly layer: LayerOf<K>;
  /** Gradient of the loss with respect to what the node gives. */
  readonly dy: string;
  readonly shapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly training: boolean;
  readonly biasCancelled: boolean;
  /** What the node read, and what it gave, in the forward pass; asking for a value has it kept for that long. */
  x(index?: number): string;
  y(): string;
  /** A parameter of the node. */
  parameter(part: string): string;
  /** Whether gradients of the parameters, and of the input with that index, are wanted. */
  readonly wantsParameters: boolean;
  wants(index?: number): boolean;
  /** Says what the gradient of a parameter is, in the parameter's shape. */
  parameterGradient(part: string, value: string): void;
}

/** Emits the gradients of the node's inputs, those that are wanted, and of its parameters. */
export type Backward<K extends LayerKind> = (place: BackwardPlace<K>) => readonly (string | undefined)[];
