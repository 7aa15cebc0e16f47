/**
 * Resizing as Mh X Mwᵀ for each channel, with the interpolation matrices along height and width; the gradient with
 * respect to X is Mhᵀ dY Mw.
 */
import { interpolationMatrix, resizedSize } from "../interpolation-matrix.js";
import type { Pair, Resize } from "../layers.js";
import type { OnnxGraph } from "./onnx-graph.js";

/** Emits all products but the last one. @param from the old size @returns the two factors of the last product */
export function resizeFactors(graph: OnnxGraph, x: string, layer: Resize, from: Pair): [string, string] {
  const [down, across] = resizeMatrices(graph, layer, from);
  return [down, graph.op("MatMul", [x, graph.op("Transpose", [across], { perm: [1, 0] })])];
}

/** [new, old] along height and width. */
export function resizeMatrices(graph: OnnxGraph, layer: Resize, from: Pair): [string, string] {
  const to = resizedSize(layer.to, from);
  const matrix = (axis: 0 | 1) =>
    graph.floats([...interpolationMatrix(layer, axis, from)], [to[axis], from[axis]]);
  return [matrix(0), matrix(1)];
}
