/** Gradients of layers that take some of their values and leave others: dy goes to those taken, 0 to the rest. */
import type { Backward } from "./backward-place.js";

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
