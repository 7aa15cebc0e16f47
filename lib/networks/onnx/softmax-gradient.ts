/** Gradient of the softmax over channels: dx = y (dy - Σ dy y). */
import type { Backward } from "./backward-place.js";

export const softmaxGradient: Backward<"softmax"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy } = place;
  const share = graph.op("Mul", [dy, place.y()]);
  const total = graph.op("ReduceSum", [share, graph.integers([1])], { keepdims: 1 });
  return [graph.op("Sub", [share, graph.op("Mul", [place.y(), total])])];
};
