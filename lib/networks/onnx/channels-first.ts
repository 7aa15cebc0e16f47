/** ONNX computes channels first: these functions convert at the boundary of a graph and name the values inside it. */
import type { Shape } from "../layers.js";
import type { OnnxGraph } from "./onnx-graph.js";

/** [B, H, W, C] to [B, C, H, W]; other shapes stay. */
export function channelsFirst(shape: Shape): Shape {
  return shape.length === 4 ? [shape[0], shape[3], shape[1], shape[2]] : shape;
}

/** Emits the change from [B, H, W, C] to [B, C, H, W]; other ranks stay. */
export function toChannelsFirst(graph: OnnxGraph, value: string, rank: number): string {
  return rank === 4 ? graph.op("Transpose", [value], { perm: [0, 3, 1, 2] }) : value;
}

/** Emits the change from [B, C, H, W] to [B, H, W, C]; other ranks stay. */
export function toChannelsLast(graph: OnnxGraph, value: string, rank: number): string {
  return rank === 4 ? graph.op("Transpose", [value], { perm: [0, 2, 3, 1] }) : value;
}

/** The name of a node's value, channels first. A slash keeps it apart from inputs, outputs and parameters. */
export function valueName(node: string): string {
  return `/${node}`;
}

/** The name of the gradient of an input, an output (channels last) or a parameter. */
export function gradientName(name: string): string {
  return `gradient/${name}`;
}
