/**
 * y = x / n with n = max(|x|, ε), |x| over channels: dx = (dy - y Σ dy y) / n where |x| is above ε, dy / ε elsewhere.
 */
import type { Backward } from "./backward-place.js";
import type { OnnxGraph } from "./onnx-graph.js";

/** Emits n, with one channel. */
export function emitLength(graph: OnnxGraph, x: string, epsilon: number): string {
  return graph.op("Max", [graph.op("ReduceL2", [x], { axes: [1], keepdims: 1 }), graph.floats(epsilon)]);
}

export const l2NormaliseGradient: Backward<"l2Normalise"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy, layer } = place;
  const length = emitLength(graph, place.x(), layer.epsilon);
  const share = graph.op("Mul", [dy, place.y()]);
  const total = graph.op("ReduceSum", [share, graph.integers([1])], { keepdims: 1 });
  const above = graph.op("Greater", [length, graph.floats(layer.epsilon)]);
  const along = graph.op("Where", [above, total, graph.floats(0)]);
  const across = graph.op("Sub", [dy, graph.op("Mul", [place.y(), along])]);
  return [graph.op("Div", [across, length])];
};
