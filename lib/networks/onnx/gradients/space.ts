/** Gradients of the layers that change height and width: poolings, upsampling, resizes. */
import type { LayerOf, Shape } from "../../layers.js";
import { windowAttributes } from "../emit-forward.js";
import type { OnnxGraph } from "../onnx-graph.js";
import { resizeMatrices } from "../resize-matrices.js";
import type { Backward } from "./backward-place.js";

/** Each dy goes to where the maximum was, which ONNX gives as a place in the whole flat input. */
export const maxPoolGradient: Backward<"maxPool"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, layer, dy, shapes } = place;
  const [pooled, places] = graph.newNames("MaxPool", 2) as [string, string];
  graph.ops("MaxPool", [place.x()], windowAttributes(layer), [pooled, places]);
  const flat = graph.integers([-1]);
  const count = shapes[0].reduce((product, length) => product * length, 1);
  const zeros = graph.op("Expand", [graph.floats([0]), graph.integers([count])]);
  const reads = [zeros, graph.op("Reshape", [places, flat]), graph.op("Reshape", [dy, flat])];
  const scattered = graph.op("ScatterElements", reads, { reduction: "add" });
  return [graph.op("Reshape", [scattered, graph.integers(shapes[0])])];
};

/** Each dy, divided by the number of pixels in its window, spreads over the window. */
export const averagePoolGradient: Backward<"averagePool"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, layer, dy, shapes, outputShape } = place;
  const { kernel, stride, padding } = layer;
  const [batch, channels] = outputShape as readonly [number, number];
  const shares = graph.floats(windowShares(layer, shapes[0], outputShape), [1, 1, ...outputShape.slice(2)]);
  const images = [batch * channels, 1, ...outputShape.slice(2)];
  const rows = graph.op("Reshape", [graph.op("Mul", [dy, shares]), graph.integers(images)]);
  const ones = graph.floats(new Array<number>(kernel[0] * kernel[1]).fill(1), [1, 1, ...kernel]);
  const unreached = [0, 1].map((axis) => {
    const padded = shapes[0][2 + axis] + padding[axis] + padding[axis + 2];
    return padded - ((outputShape[2 + axis] - 1) * stride[axis] + kernel[axis]);
  });
  const attributes = { kernel_shape: kernel, strides: stride, pads: padding, output_padding: unreached };
  const spread = graph.op("ConvTranspose", [rows, ones], attributes);
  return [graph.op("Reshape", [spread, graph.integers(shapes[0])])];
};

/** 1 / number of pixels in each window, for each output pixel, row by row. */
function windowShares(layer: LayerOf<"averagePool">, input: Shape, output: Shape): number[] {
  const counts = [0, 1].map((axis) =>
    Array.from({ length: output[2 + axis] }, (_, i) => {
      const start = i * layer.stride[axis] - layer.padding[axis];
      return Math.min(input[2 + axis], start + layer.kernel[axis]) - Math.max(0, start);
    }),
  );
  return counts[0].flatMap((rows) => counts[1].map((columns) => 1 / (rows * columns)));
}

export const globalAveragePoolGradient: Backward<"globalAveragePool"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy, shapes } = place;
  const [batch, channels, height, width] = shapes[0] as readonly [number, number, number, number];
  const pixel = graph.op("Reshape", [dy, graph.integers([batch, channels, 1, 1])]);
  const share = graph.op("Mul", [pixel, graph.floats(1 / (height * width))]);
  return [graph.op("Expand", [share, graph.integers(shapes[0])])];
};

/**
 * Upsampling gives 3/4 of a pixel and 1/4 of its neighbour, and at an edge the edge for the missing neighbour. Its
 * transpose is a convolution by [1, 3, 3, 1] / 4 along each axis with stride 2, of dy with its edges repeated once.
 */
export const upsampleBilinearGradient: Backward<"upsampleBilinear"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy, shapes, outputShape } = place;
  const [batch, channels, height, width] = outputShape as readonly [number, number, number, number];
  const rows = graph.op("Reshape", [dy, graph.integers([batch * channels, 1, height, width])]);
  const padded = graph.op("Pad", [rows, graph.integers([0, 0, 1, 1, 0, 0, 1, 1])], { mode: "edge" });
  const down = graph.op("Conv", [padded, bilinearFilter(graph)], { strides: [2, 2] });
  return [graph.op("Reshape", [down, graph.integers(shapes[0])])];
};

function bilinearFilter(graph: OnnxGraph): string {
  const taps = [0.25, 0.75, 0.75, 0.25];
  return graph.floats(
    taps.flatMap((row) => taps.map((column) => row * column)),
    [1, 1, 4, 4],
  );
}

export const resizeGradient: Backward<"resize"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy, layer, shapes } = place;
  const [down, across] = resizeMatrices(graph, layer, [shapes[0][2], shapes[0][3]]);
  const upright = graph.op("Transpose", [down], { perm: [1, 0] });
  return [graph.op("MatMul", [graph.op("MatMul", [upright, dy]), across])];
};
