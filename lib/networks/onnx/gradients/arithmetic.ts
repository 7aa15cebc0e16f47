/** Gradients of sums, products and the larger of two values. */
import type { Backward, BackwardPlace } from "./backward-place.js";
import { meetChannels, sumPerChannel } from "./per-channel.js";

export const addGradient: Backward<"add"> = (place) =>
  [0, 1].map((index) => (place.wants(index) ? unrepeat(place, place.dy, index) : undefined));

export const multiplyGradient: Backward<"multiply"> = (place) =>
  [0, 1].map((index) => {
    if (!place.wants(index)) return undefined;
    return unrepeat(place, place.graph.op("Mul", [place.dy, place.x(1 - index)]), index);
  });

/** Sums over the axes along which an input was repeated. */
function unrepeat(
  place: BackwardPlace<"add"> | BackwardPlace<"multiply">,
  value: string,
  index: number,
): string {
  const { graph, shapes, outputShape } = place;
  const axes = outputShape.flatMap((length, axis) => (length === shapes[index][axis] ? [] : [axis]));
  return axes.length === 0 ? value : graph.op("ReduceSum", [value, graph.integers(axes)], { keepdims: 1 });
}

export const maximumGradient: Backward<"maximum"> = (place) => {
  const { graph, dy } = place;
  if (!place.wants(0) && !place.wants(1)) return [undefined, undefined];
  const first = graph.op("GreaterOrEqual", [place.x(0), place.x(1)]);
  const zero = graph.floats(0);
  const taken = [
    [dy, zero],
    [zero, dy],
  ];
  return taken.map((values, i) => (place.wants(i) ? graph.op("Where", [first, ...values]) : undefined));
};

/** Of y = scale x + bias: dx = scale dy, dscale = Σ dy x, dbias = Σ dy. */
export const scaleAndBiasGradient: Backward<"scaleAndBias"> = (place) => {
  const { graph, dy, shapes } = place;
  if (place.wantsParameters) {
    const product = graph.op("Mul", [dy, place.x()]);
    place.parameterGradient("scale", sumPerChannel(graph, product, shapes[0]));
    place.parameterGradient("bias", sumPerChannel(graph, dy, shapes[0]));
  }
  if (!place.wants()) return [undefined];
  return [graph.op("Mul", [dy, meetChannels(graph, place.parameter("scale"), shapes[0])])];
};

export const affineGradient: Backward<"affine"> = (place) => {
  const { graph, layer, dy, shapes } = place;
  if (!place.wants()) return [undefined];
  if (layer.scale.length === 1) return [graph.op("Mul", [dy, graph.floats(layer.scale[0])])];
  return [graph.op("Mul", [dy, meetChannels(graph, graph.floats(layer.scale), shapes[0])])];
};
