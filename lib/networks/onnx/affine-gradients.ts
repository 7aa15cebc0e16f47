/** Gradients of y = scale x + offset: dx = scale dy, dscale = Σ dy x, doffset = Σ dy. */
import type { Backward, BackwardPlace } from "./backward-place.js";

type Place = BackwardPlace<"scaleAndBias"> | BackwardPlace<"affine">;

export const scaleAndBiasGradient: Backward<"scaleAndBias"> = (place) => {
  const { graph, dy, shapes } = place;
  if (place.wantsParameters) {
    const axes = graph.integers(shapes[0].length === 4 ? [0, 2, 3] : [0]);
    const total = (value: string) => graph.op("ReduceSum", [value, axes], { keepdims: 0 });
    place.parameterGradient("scale", total(graph.op("Mul", [dy, place.x()])));
    place.parameterGradient("bias", total(dy));
  }
  return [place.wants() ? scaled(place, place.parameter("scale")) : undefined];
};

export const affineGradient: Backward<"affine"> = (place) => {
  const { graph, layer, dy } = place;
  if (!place.wants()) return [undefined];
  if (layer.scale.length === 1) return [graph.op("Mul", [dy, graph.floats(layer.scale[0])])];
  return [scaled(place, graph.floats(layer.scale))];
};

/** @param scale [C] */
function scaled({ graph, dy, shapes }: Place, scale: string): string {
  const meeting = [1, shapes[0][1], ...shapes[0].slice(2).map(() => 1)];
  return graph.op("Mul", [dy, graph.op("Reshape", [scale, graph.integers(meeting)])]);
}
