/** How a value becomes one number a channel, [C], and how such numbers meet a value again; shapes are channels first. */
import type { Shape } from "../../layers.js";
import { reducedAxes } from "../emit-forward.js";
import type { OnnxGraph } from "../onnx-graph.js";

/** Emits the sums over the batch and space, [C]. */
export function sumPerChannel(graph: OnnxGraph, value: string, shape: Shape): string {
  return graph.op("ReduceSum", [value, graph.integers(reducedAxes(shape))], { keepdims: 0 });
}

/** Emits the numbers in the shape that meets a value of this shape. @param numbers [C] */
export function meetChannels(graph: OnnxGraph, numbers: string, shape: Shape): string {
  const [, channels, ...space] = shape;
  return graph.op("Reshape", [numbers, graph.integers([1, channels, ...space.map(() => 1)])]);
}
