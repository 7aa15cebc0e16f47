/** Gradients of activations, sums, products, and of layers that only rearrange. */
import type { LayerOf, Order, Shape } from "../layers.js";
import type { Backward, BackwardPlace } from "./backward-place.js";
import { toChannelsFirst, toChannelsLast } from "./channels-first.js";
import { elementTypes } from "./proto.js";

export const leakyReluGradient: Backward<"leakyRelu"> = (place) => {
  const { graph, layer, dy } = place;
  if (!place.wants()) return [undefined];
  // y, which the next layer may keep anyway, has the sign of x unless the slope is negative.
  const sign = layer.slope < 0 ? place.x() : place.y();
  return [whereAbove(place, sign, dy, graph.op("Mul", [dy, graph.floats(layer.slope)]))];
};

export const reluGradient: Backward<"relu"> = (place) => {
  if (!place.wants()) return [undefined];
  // dy times 0 or 1: half the time of a Where, whose constant the runtime spreads slowly.
  const { graph } = place;
  const above = graph.op("Greater", [place.y(), graph.floats(0)]);
  return [graph.op("Mul", [place.dy, graph.op("Cast", [above], { to: elementTypes.float32 })])];
};

export const preluGradient: Backward<"prelu"> = (place) => {
  const { graph, dy, shapes } = place;
  const axes = shapes[0].length === 4 ? [0, 2, 3] : [0];
  if (place.wantsParameters) {
    const below = graph.op("Mul", [dy, graph.op("Min", [place.x(), graph.floats(0)])]);
    place.parameterGradient("slope", graph.op("ReduceSum", [below, graph.integers(axes)], { keepdims: 0 }));
  }
  if (!place.wants()) return [undefined];
  const meeting = [1, shapes[0][1], ...shapes[0].slice(2).map(() => 1)];
  const slope = graph.op("Reshape", [place.parameter("slope"), graph.integers(meeting)]);
  return [whereAbove(place, place.x(), dy, graph.op("Mul", [dy, slope]))];
};

type Rectifier = BackwardPlace<"leakyRelu"> | BackwardPlace<"prelu">;

/** `above` where the value is positive, `below` elsewhere. */
function whereAbove({ graph }: Rectifier, value: string, above: string, below: string): string {
  return graph.op("Where", [graph.op("Greater", [value, graph.floats(0)]), above, below]);
}

/** tanh' = 1 - tanh². */
export const tanhGradient: Backward<"tanh"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy } = place;
  const square = graph.op("Mul", [place.y(), place.y()]);
  return [graph.op("Mul", [dy, graph.op("Sub", [graph.floats(1), square])])];
};

/** σ' = σ (1 - σ). */
export const sigmoidGradient: Backward<"sigmoid"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy } = place;
  const slope = graph.op("Mul", [place.y(), graph.op("Sub", [graph.floats(1), place.y()])]);
  return [graph.op("Mul", [dy, slope])];
};

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

export const concatGradient: Backward<"concat"> = (place) => {
  const { graph, dy, shapes } = place;
  if (shapes.length === 1) return [dy];
  const parts = graph.newNames("Split", shapes.length);
  const lengths = graph.integers(shapes.map((shape) => shape[1]));
  return graph.ops("Split", [dy, lengths], { axis: 1 }, parts);
};

export const reshapeGradient: Backward<"reshape"> = (place) => [rearrangeBack(place)];
export const flattenGradient: Backward<"flatten"> = (place) => [rearrangeBack(place)];

function rearrangeBack(place: BackwardPlace<"reshape"> | BackwardPlace<"flatten">): string | undefined {
  if (!place.wants()) return undefined;
  const { graph, dy, outputShape, shapes } = place;
  const { order } = place.layer as LayerOf<"reshape"> | LayerOf<"flatten">;
  const rows = order === "channelsLast" ? toChannelsLast(graph, dy, outputShape.length) : dy;
  const back = graph.op("Reshape", [rows, graph.integers(countingShape(shapes[0], order))]);
  return order === "channelsLast" ? toChannelsFirst(graph, back, shapes[0].length) : back;
}

/** A channels-first shape in the order in which the layer counts. */
function countingShape(shape: Shape, order: Order): Shape {
  if (shape.length !== 4 || order === "channelsFirst") return shape;
  return [shape[0], shape[2], shape[3], shape[1]];
}
