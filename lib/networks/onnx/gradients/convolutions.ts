/**
 * Gradients of the convolutions, as convolutions: with respect to the input the transposed one with the same
 * weight; with respect to the weight one of the input with dy as its filter, where batch and channels change
 * places, and stride and dilation too. `convolution-weight.ts` has faster forms of the latter for stride 1.
 */
import type { Pair, Shape } from "../../layers.js";
import type { OnnxGraph } from "../onnx-graph.js";
import type { Backward, BackwardPlace } from "./backward-place.js";
import { plainWeightGradient, reverseTaps, swapBatch } from "./convolution-weight.js";
import { sumPerChannel } from "./per-channel.js";

type Place = BackwardPlace<"conv"> | BackwardPlace<"depthwiseConv">;

export const convGradient: Backward<"conv"> = (place) => convolution(place, place.layer.groups);

export const depthwiseConvGradient: Backward<"depthwiseConv"> = (place) =>
  convolution(place, place.shapes[0][1]);

function convolution(place: Place, groups: number): readonly (string | undefined)[] {
  const { graph, layer, dy, shapes, outputShape } = place;
  const { kernel, stride, padding, dilation } = layer;
  if (place.wantsParameters) {
    place.parameterGradient("weight", weightGradient(place, groups));
    biasGradient(place);
  }
  if (!place.wants()) return [undefined];
  if (isPlain(layer, groups) && layer.padding.every((side, i) => side < kernel[i % 2])) {
    const filter = reverseTaps(
      graph,
      swapBatch(graph, place.parameter("weight"), [outputShape[1], shapes[0][1], ...kernel]),
    );
    return [graph.op("Conv", [dy, filter], { pads: padding.map((side, i) => kernel[i % 2] - 1 - side) })];
  }
  // Rows at the end that no window reached have gradient 0.
  const rest = unreached(layer, shapes[0], outputShape);
  const attributes = {
    kernel_shape: kernel,
    strides: stride,
    pads: padding,
    dilations: dilation,
    group: groups,
    output_padding: rest,
  };
  return [graph.op("ConvTranspose", [dy, place.parameter("weight")], attributes)];
}

function weightGradient(place: Place, groups: number): string {
  const { graph, layer, dy, shapes, outputShape } = place;
  if (isPlain(layer, groups)) {
    const [x, dyValue] = [
      { value: place.x(), shape: shapes[0] },
      { value: dy, shape: outputShape },
    ];
    return plainWeightGradient(graph, x, dyValue, layer.kernel, layer.padding);
  }
  const input = batchAsChannels(graph, place.x(), shapes[0], groups);
  const filter = swapBatch(graph, dy, outputShape);
  const { stride, padding, dilation } = layer;
  const attributes = { strides: dilation, dilations: stride, pads: padding, group: groups };
  const taps = firstTaps(place, graph.op("Conv", [input, filter], attributes));
  const [filters, channels] = [outputShape[1], shapes[0][1] / groups];
  return swapBatch(graph, taps, [channels, filters, ...layer.kernel]);
}

/** Stride, dilation and groups of 1. */
function isPlain({ stride, dilation }: Place["layer"], groups: number): boolean {
  return groups === 1 && [...stride, ...dilation].every((length) => length === 1);
}

export const transposedConvGradient: Backward<"transposedConv"> = (place) => {
  const { graph, layer, dy, shapes, outputShape } = place;
  const { kernel, stride, padding } = layer;
  if (place.wantsParameters) {
    const [channels, filters] = [shapes[0][1], outputShape[1]];
    const reads = [swapBatch(graph, dy, outputShape), swapBatch(graph, place.x(), shapes[0])];
    const taps = graph.op("Conv", reads, { dilations: stride, pads: padding });
    place.parameterGradient("weight", swapBatch(graph, taps, [filters, channels, ...kernel]));
    biasGradient(place);
  }
  if (!place.wants()) return [undefined];
  const attributes = { kernel_shape: kernel, strides: stride, pads: padding };
  return [graph.op("Conv", [dy, place.parameter("weight")], attributes)];
};

export const denseGradient: Backward<"dense"> = (place) => {
  const { graph, dy } = place;
  if (place.wantsParameters) {
    place.parameterGradient("weight", graph.op("Gemm", [dy, place.x()], { transA: 1 }));
    biasGradient(place);
  }
  return [place.wants() ? graph.op("MatMul", [dy, place.parameter("weight")]) : undefined];
};

function biasGradient(place: Place | BackwardPlace<"transposedConv"> | BackwardPlace<"dense">): void {
  const { graph, layer, dy, outputShape } = place;
  if (!layer.bias) return;
  const zero = () => graph.floats(new Array<number>(outputShape[1]).fill(0));
  place.parameterGradient("bias", place.biasCancelled ? zero() : sumPerChannel(graph, dy, outputShape));
}

/** [B, g·C, H, W] to [C, g·B, H, W]: the channels of one group become the batch. */
function batchAsChannels(graph: OnnxGraph, value: string, shape: Shape, groups: number): string {
  if (groups === 1) return swapBatch(graph, value, shape);
  const [batch, channels, height, width] = shape as readonly [number, number, number, number];
  const inGroup = channels / groups;
  const split = graph.op("Reshape", [value, graph.integers([batch, groups, inGroup, height, width])]);
  const turned = graph.op("Transpose", [split], { perm: [2, 1, 0, 3, 4] });
  return graph.op("Reshape", [turned, graph.integers([inGroup, groups * batch, height, width])]);
}

/** Rows and columns that no window reached also make taps past the filter's last: cuts them off. */
function firstTaps(place: Place, taps: string): string {
  const { graph, layer, shapes, outputShape } = place;
  if (unreached(layer, shapes[0], outputShape).every((rest, axis) => rest < layer.dilation[axis]))
    return taps;
  const [starts, ends, axes] = [[0, 0], layer.kernel, [2, 3]].map((values) => graph.integers(values));
  return graph.op("Slice", [taps, starts, ends, axes]);
}

function unreached(layer: Place["layer"], input: Shape, output: Shape): Pair {
  const along = (axis: 0 | 1) => {
    const padded = input[2 + axis] + layer.padding[axis] + layer.padding[axis + 2];
    const reached =
      (output[2 + axis] - 1) * layer.stride[axis] + layer.dilation[axis] * (layer.kernel[axis] - 1) + 1;
    return padded - reached;
  };
  return [along(0), along(1)];
}
