/**
 * The gradient of a plain convolution (stride, dilation and groups 1) with respect to its weight:
 * dweight[f, c, r, s] = Σ dy[·, f, y, x] · x[·, c, y + r - top, x + s - left] over batch and pixels.
 *
 * The form is chosen by the number of filters and of channels: with many of both one product a tap takes 34 ms and a
 * convolution 49 to 57; with 3 filters the convolution takes 7 and the products 29
 * (`results/decisions/gradient-of-convolution-weights.md`).
 */
import type { Padding, Pair, Shape } from "../../layers.js";
import type { OnnxGraph } from "../onnx-graph.js";

/** A value and its shape, channels first. */
interface Value {
  readonly value: string;
  readonly shape: Shape;
}

/** With fewer channels than this on a side, a product of matrices wastes most of the processor's vectors. */
const FEW = 16;

/** @returns the gradient, [filters, channels, height, width] */
export function plainWeightGradient(
  graph: OnnxGraph,
  x: Value,
  dy: Value,
  kernel: Pair,
  padding: Padding,
): string {
  const [channels, filters] = [x.shape[1], dy.shape[1]];
  if (Math.min(channels, filters) >= FEW) return productOfEachTap(graph, x, dy, kernel, padding);
  const reaches = padding.every((side, i) => side < kernel[i % 2]);
  if (filters < channels && reaches) return dyFilteredByInput(graph, x, dy, kernel, padding);
  const reads = [swapBatch(graph, x.value, x.shape), swapBatch(graph, dy.value, dy.shape)];
  const taps = graph.op("Conv", reads, { pads: padding });
  return swapBatch(graph, taps, [channels, filters, ...kernel]);
}

/** [A, B, H, W] to [B, A, H, W]; without a copy where one of the two is 1. */
export function swapBatch(graph: OnnxGraph, value: string, shape: Shape): string {
  const [batch, channels, ...space] = shape as readonly [number, number, ...number[]];
  if (batch > 1 && channels > 1) return graph.op("Transpose", [value], { perm: [1, 0, 2, 3] });
  return graph.op("Reshape", [value, graph.integers([channels, batch, ...space])]);
}

/** Input, padded and moved by each tap, times dy: for each tap a matrix of filters x channels. */
function productOfEachTap(graph: OnnxGraph, x: Value, dy: Value, kernel: Pair, padding: Padding): string {
  const [batch, filters, height, width] = dy.shape as readonly [number, number, number, number];
  const channels = x.shape[1];
  const rows = (value: string, count: number) =>
    graph.op("Reshape", [value, graph.integers([count, batch * height * width])]);
  const dyRows = rows(swapBatch(graph, dy.value, dy.shape), filters);
  const swapped = swapBatch(graph, x.value, x.shape);
  const [top, left, bottom, right] = padding;
  const padded = padding.some((side) => side > 0)
    ? graph.op("Pad", [swapped, graph.integers([0, 0, top, left, 0, 0, bottom, right])])
    : swapped;
  const axes = graph.integers([2, 3]);
  const taps = Array.from({ length: kernel[0] * kernel[1] }, (_, i) => {
    const [row, column] = [Math.floor(i / kernel[1]), i % kernel[1]];
    const bounds = [graph.integers([row, column]), graph.integers([row + height, column + width])];
    const moved = graph.op("Slice", [padded, ...bounds, axes]);
    const product = graph.op("Gemm", [dyRows, rows(moved, channels)], { transB: 1 });
    return graph.op("Reshape", [product, graph.integers([filters, channels, 1])]);
  });
  const joined = taps.length === 1 ? taps[0] : graph.op("Concat", taps, { axis: 2 });
  return graph.op("Reshape", [joined, graph.integers([filters, channels, ...kernel])]);
}

/** dy with the input as its filter gives the taps from the last to the first. */
function dyFilteredByInput(graph: OnnxGraph, x: Value, dy: Value, kernel: Pair, padding: Padding): string {
  const pads = padding.map((side, i) => kernel[i % 2] - 1 - side);
  const reads = [swapBatch(graph, dy.value, dy.shape), swapBatch(graph, x.value, x.shape)];
  return reverseTaps(graph, graph.op("Conv", reads, { pads }));
}

/** A filter [·, ·, height, width] turned by half a turn. */
export function reverseTaps(graph: OnnxGraph, filter: string): string {
  const both = (value: number) => graph.integers([value, value]);
  const bounds = [both(-1), both(Number.MIN_SAFE_INTEGER)];
  return graph.op("Slice", [filter, ...bounds, graph.integers([2, 3]), both(-1)]);
}
