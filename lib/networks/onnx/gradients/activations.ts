/** Gradients of the activations. */
import { elementTypes } from "../proto.js";
import type { Backward, BackwardPlace } from "./backward-place.js";
import { meetChannels, sumPerChannel } from "./per-channel.js";

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
  if (place.wantsParameters) {
    const below = graph.op("Mul", [dy, graph.op("Min", [place.x(), graph.floats(0)])]);
    place.parameterGradient("slope", sumPerChannel(graph, below, shapes[0]));
  }
  if (!place.wants()) return [undefined];
  const slope = meetChannels(graph, place.parameter("slope"), shapes[0]);
  return [whereAbove(place, place.x(), dy, graph.op("Mul", [dy, slope]))];
};

type Rectifier = BackwardPlace<"leakyRelu"> | BackwardPlace<"prelu">;

/** `above` where the value is positive, `below` elsewhere. */
function whereAbove({ graph }: Rectifier, value: string, above: string, below: string): string {
  return graph.op("Where", [graph.op("Greater", [value, graph.floats(0)]), above, below]);
}

export const clipGradient: Backward<"clip"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy, layer } = place;
  const bounds = [
    layer.minimum === undefined ? [] : [graph.op("Greater", [place.y(), graph.floats(layer.minimum)])],
    layer.maximum === undefined ? [] : [graph.op("Less", [place.y(), graph.floats(layer.maximum)])],
  ].flat();
  const inside = bounds.length === 1 ? bounds[0] : graph.op("And", bounds);
  return [graph.op("Where", [inside, dy, graph.floats(0)])];
};

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

/** Over channels: dx = y (dy - Σ dy y). */
export const softmaxGradient: Backward<"softmax"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy } = place;
  const share = graph.op("Mul", [dy, place.y()]);
  const total = graph.op("ReduceSum", [share, graph.integers([1])], { keepdims: 1 });
  return [graph.op("Sub", [share, graph.op("Mul", [place.y(), total])])];
};
