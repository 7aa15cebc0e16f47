/** The information from which the gradient of one layer is emitted. */
import type { NetworkNode } from "../../graph.js";
import type { LayerKind, LayerOf, Shape } from "../../layers.js";
import type { OnnxGraph } from "../onnx-graph.js";

/** One node on the way back. Values are channels first here, and so are their shapes. */
export interface BackwardPlace<K extends LayerKind> {
  readonly graph: OnnxGraph;
  readonly node: NetworkNode;
  readonly layer: LayerOf<K>;
  /** The gradient of the loss with respect to the node's value. */
  readonly dy: string;
  readonly shapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly training: boolean;
  readonly biasCancelled: boolean;
  /** The value that the node read, or gave, in the forward pass; a value that is asked for is kept until then. */
  x(index?: number): string;
  y(): string;
  /** A parameter of the node. */
  parameter(part: string): string;
  /** Whether gradients of the parameters, and of the input with that index, are asked for. */
  readonly wantsParameters: boolean;
  wants(index?: number): boolean;
  /** Records the gradient of a parameter, in the parameter's shape. */
  parameterGradient(part: string, value: string): void;
}

/** Emits the gradients of the node's parameters and of those inputs whose gradients are asked for. */
export type Backward<K extends LayerKind> = (place: BackwardPlace<K>) => readonly (string | undefined)[];
