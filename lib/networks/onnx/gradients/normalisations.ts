/**
 * Gradients of the normalisations. With n = (x - mean) r, r = 1 / √(variance + ε), y = scale n + bias:
 * dx = scale r (dy - mean(dy) - n mean(dy n)), dscale = Σ dy n, dbias = Σ dy.
 */
import { emitLength, reducedAxes } from "../emit-forward.js";
import type { OnnxGraph } from "../onnx-graph.js";
import type { Backward } from "./backward-place.js";
import { meetChannels, sumPerChannel } from "./per-channel.js";

/**
 * n comes again from ONNX's own instance normalisation, one pass over x, as keeping it would take more passes. It
 * also gives r: t = mean(x n) = variance / √(variance + ε), so that r = 2 / (t + √(t² + 4 ε)), without the
 * difference of large numbers that mean(x²) - mean(x)² is.
 */
export const instanceNormGradient: Backward<"instanceNorm"> = (place) => {
  const { graph, layer, dy } = place;
  const [batch, channels, height, width] = place.shapes[0] as readonly [number, number, number, number];
  const ones = graph.floats(new Array<number>(channels).fill(1));
  const zeros = graph.floats(new Array<number>(channels).fill(0));
  const epsilon = { epsilon: { float: layer.epsilon } };
  const n = graph.op("InstanceNormalization", [place.x(), ones, zeros], epsilon);
  const mean = (value: string) => graph.op("ReduceMean", [value], { axes: [2, 3], keepdims: 1 });
  const meanDy = mean(dy);
  const meanDyN = mean(graph.op("Mul", [dy, n]));
  if (place.wantsParameters) {
    const pixels = graph.floats(height * width);
    const total = (value: string) => graph.op("Mul", [sumPerChannel(graph, value, place.shapes[0]), pixels]);
    place.parameterGradient("scale", total(meanDyN));
    place.parameterGradient("bias", total(meanDy));
  }
  if (!place.wants()) return [undefined];
  const t = mean(graph.op("Mul", [place.x(), n]));
  const root = graph.op("Sqrt", [
    graph.op("Add", [graph.op("Mul", [t, t]), graph.floats(4 * layer.epsilon)]),
  ]);
  const r = graph.op("Div", [graph.floats(2), graph.op("Add", [t, root])]);
  const factor = graph.op("Mul", [r, meetChannels(graph, place.parameter("scale"), place.shapes[0])]);
  // factor n mean(dy n) + factor mean(dy) in one pass: an affine map of each channel of each item.
  const affine = (value: string) => graph.op("Reshape", [value, graph.integers([batch * channels])]);
  const rows = graph.op("Reshape", [n, graph.integers([1, batch * channels, height, width])]);
  const slope = affine(graph.op("Mul", [factor, meanDyN]));
  const offset = affine(graph.op("Mul", [factor, meanDy]));
  const [still, unit] = [0, 1].map((value) => graph.floats(new Array<number>(batch * channels).fill(value)));
  const attributes = { epsilon: { float: 0 } };
  const taken = graph.op("BatchNormalization", [rows, slope, offset, still, unit], attributes);
  const shaped = graph.op("Reshape", [taken, graph.integers(place.shapes[0])]);
  return [graph.op("Sub", [graph.op("Mul", [dy, factor]), shaped])];
};

export const batchNormGradient: Backward<"batchNorm"> = (place) => {
  const { graph, layer, dy, training, shapes } = place;
  const axes = reducedAxes(shapes[0]);
  const channelwise = (part: string) => meetChannels(graph, place.parameter(part), shapes[0]);
  const mean = (value: string) => graph.op("ReduceMean", [value], { axes, keepdims: 1 });
  const centre = training ? mean(place.x()) : channelwise("mean");
  const centred = graph.op("Sub", [place.x(), centre]);
  const variance = training ? mean(graph.op("Mul", [centred, centred])) : channelwise("variance");
  const r = reciprocalRoot(graph, variance, layer.epsilon);
  const n = graph.op("Mul", [centred, r]);
  const dyN = graph.op("Mul", [dy, n]);
  if (place.wantsParameters) {
    place.parameterGradient("scale", sumPerChannel(graph, dyN, shapes[0]));
    place.parameterGradient("bias", sumPerChannel(graph, dy, shapes[0]));
  }
  if (!place.wants()) return [undefined];
  const factor = graph.op("Mul", [r, channelwise("scale")]);
  if (!training) return [graph.op("Mul", [dy, factor])];
  const taken = graph.op("Add", [mean(dy), graph.op("Mul", [n, mean(dyN)])]);
  return [graph.op("Mul", [graph.op("Sub", [dy, taken]), factor])];
};

/**
 * y = x / n with n = max(|x|, ε), |x| over channels: dx = (dy - y Σ dy y) / n where |x| is above ε, dy / ε elsewhere.
 */
export const l2NormaliseGradient: Backward<"l2Normalise"> = (place) => {
  if (!place.wants()) return [undefined];
  const { graph, dy, layer } = place;
  const length = emitLength(graph, place.x(), layer.epsilon);
  const share = graph.op("Mul", [dy, place.y()]);
  const total = graph.op("ReduceSum", [share, graph.integers([1])], { keepdims: 1 });
  const above = graph.op("Greater", [length, graph.floats(layer.epsilon)]);
  const along = graph.op("Where", [above, total, graph.floats(0)]);
  const across = graph.op("Sub", [dy, graph.op("Mul", [place.y(), along])]);
  return [graph.op("Div", [across, length])];
};

function reciprocalRoot(graph: OnnxGraph, variance: string, epsilon: number): string {
  return graph.op("Reciprocal", [graph.op("Sqrt", [graph.op("Add", [variance, graph.floats(epsilon)])])]);
}
