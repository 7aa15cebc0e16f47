/** Gradients of the layers that join, cut and rearrange values: dy goes to where its values came from, 0 to the rest. */
import type { LayerOf, Order, Shape } from "../../layers.js";
import { toChannelsFirst, toChannelsLast } from "../channels-first.js";
import type { Backward, BackwardPlace } from "./backward-place.js";

export const concatGradient: Backward<"concat"> = (place) => {
  const { graph, dy, shapes } = place;
  if (shapes.length === 1) return [dy];
  const parts = graph.newNames("Split", shapes.length);
  const lengths = graph.integers(shapes.map((shape) => shape[1]));
  return graph.ops("Split", [dy, lengths], { axis: 1 }, parts);
};

export const sliceChannelsGradient: Backward<"sliceChannels"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy, layer, shapes } = place;
  const [, channels, ...space] = shapes[0];
  const none = space.map(() => 0);
  const around = [0, layer.start, ...none, 0, channels - layer.end, ...none];
  return [graph.op("Pad", [dy, graph.integers(around)])];
};

export const padGradient: Backward<"pad"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy, layer, shapes } = place;
  const [top, left] = layer.padding;
  const [, , height, width] = shapes[0] as readonly [number, number, number, number];
  const reads = [
    [top, left],
    [top + height, left + width],
    [2, 3],
  ].map((values) => graph.integers(values));
  return [graph.op("Slice", [dy, ...reads])];
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
