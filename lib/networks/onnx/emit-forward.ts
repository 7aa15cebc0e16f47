/** Emits the nodes of a network as ONNX operators. Parameters are values with their own names, declared elsewhere. */
import { cancelledBiases, type Network, type NetworkNode } from "../graph.js";
import type { LayerKind, LayerOf, Order, Shape } from "../layers.js";
import type { Shapes } from "../shape-inference.js";
import { toChannelsFirst, toChannelsLast, valueName } from "./channels-first.js";
import type { Attributes, OnnxGraph } from "./onnx-graph.js";
import { resizeFactors } from "./resize-matrices.js";

/** One node, with all that is needed to emit it. */
interface Place<K extends LayerKind> {
  readonly graph: OnnxGraph;
  readonly node: NetworkNode;
  readonly layer: LayerOf<K>;
  /** The names of the values that it reads, and their shapes, channels last. */
  readonly inputs: readonly string[];
  readonly shapes: readonly Shape[];
  readonly training: boolean;
  /** Whether the bias has no influence, see `cancelledBiases`. */
  readonly biasCancelled: boolean;
  /** Emits the operator that gives the node's value. */
  finish(opType: string, inputs: readonly string[], attributes?: Attributes): void;
}

/** The names of the batch statistics, [C], that a node of batch normalisation gives in training. */
export const statisticNames = (node: string) => ({
  mean: `${node}.batchMean`,
  variance: `${node}.batchVariance`,
});

/**
 * Emits everything from the inputs to the outputs' values. It declares the inputs by `inputShapes`; it does not make
 * the values outputs of the graph yet.
 *
 * @param shapes of every node, channels last
 * @param inputShapes as declared: the batch may be a name
 */
export function emitForward(
  graph: OnnxGraph,
  network: Network,
  shapes: Shapes,
  options: {
    readonly training: boolean;
    readonly inputShapes: Readonly<Record<string, readonly (number | string)[]>>;
  },
): void {
  const cancelled = cancelledBiases(network, false);
  for (const node of network.nodes) {
    const value = valueName(node.name);
    const { layer } = node;
    if (layer.kind === "input") {
      const shape = options.inputShapes[node.name];
      graph.input(node.name, shape);
      graph.op("Identity", [toChannelsFirst(graph, node.name, shape.length)], {}, value);
      continue;
    }
    const emit = emitters[layer.kind] as (place: Place<LayerKind>) => void;
    emit({
      graph,
      node,
      layer,
      inputs: node.inputs.map(valueName),
      shapes: node.inputs.map((input) => shapes[input]),
      training: options.training,
      biasCancelled: cancelled.has(node.name),
      finish: (opType, inputs, attributes = {}) => graph.op(opType, inputs, attributes, value),
    });
  }
}

/** Makes the outputs of the network outputs of the graph, channels last, under their names. */
export function emitOutputs(graph: OnnxGraph, network: Network, shapes: Shapes, batch?: string): void {
  for (const [output, node] of Object.entries(network.outputs)) {
    const shape = shapes[node];
    const declared = batch === undefined ? shape : [batch, ...shape.slice(1)];
    graph.output(toChannelsLast(graph, valueName(node), shape.length), declared, output);
  }
}

type Emitters = { readonly [K in Exclude<LayerKind, "input">]: (place: Place<K>) => void };

const emitters: Emitters = {
  conv: (place) => emitConv(place, place.layer.groups),
  depthwiseConv: (place) => emitConv(place, place.shapes[0].at(-1)!),
  transposedConv(place) {
    const { kernel, stride, padding } = place.layer;
    place.finish("ConvTranspose", weights(place), { kernel_shape: kernel, strides: stride, pads: padding });
  },
  dense: (place) => place.finish("Gemm", weights(place), { transB: 1 }),
  instanceNorm({ node, layer, inputs, finish }) {
    const scaleAndBias = [`${node.name}.scale`, `${node.name}.bias`];
    finish("InstanceNormalization", [...inputs, ...scaleAndBias], { epsilon: { float: layer.epsilon } });
  },
  batchNorm({ graph, node, layer, inputs, shapes, training, finish }) {
    const names = ["scale", "bias", "mean", "variance"].map((part) => `${node.name}.${part}`);
    const statistics = training
      ? emitBatchStatistics(graph, node.name, inputs[0], shapes[0])
      : names.slice(2);
    const reads = [...inputs, ...names.slice(0, 2), ...statistics];
    finish("BatchNormalization", reads, { epsilon: { float: layer.epsilon } });
  },
  scaleAndBias({ graph, node, inputs, shapes, finish }) {
    const [scale, bias] = [`${node.name}.scale`, `${node.name}.bias`];
    finishAffine(graph, inputs[0], scale, bias, shapes[0], finish);
  },
  leakyRelu: ({ layer, inputs, finish }) => finish("LeakyRelu", inputs, { alpha: { float: layer.slope } }),
  prelu({ graph, node, inputs, shapes, finish }) {
    const slope = graph.op("Reshape", [
      `${node.name}.slope`,
      graph.integers(channelShape(shapes[0]).slice(1)),
    ]);
    finish("PRelu", [...inputs, slope]);
  },
  relu: ({ inputs, finish }) => finish("Relu", inputs),
  clip({ graph, layer, inputs, finish }) {
    const bounds = [layer.minimum, layer.maximum].map((b) => (b === undefined ? "" : graph.floats(b)));
    finish("Clip", [...inputs, ...bounds.slice(0, layer.maximum === undefined ? 1 : 2)]);
  },
  tanh: ({ inputs, finish }) => finish("Tanh", inputs),
  sigmoid: ({ inputs, finish }) => finish("Sigmoid", inputs),
  softmax: ({ inputs, finish }) => finish("Softmax", inputs, { axis: 1 }),
  l2Normalise: ({ graph, layer, inputs, finish }) =>
    finish("Div", [inputs[0], emitLength(graph, inputs[0], layer.epsilon)]),
  affine({ graph, layer, inputs, shapes, finish }) {
    const channels = shapes[0].at(-1)!;
    const [scale, offset] = [layer.scale, layer.offset].map((numbers) =>
      graph.floats(numbers.length === 1 ? new Array<number>(channels).fill(numbers[0]) : numbers),
    ) as [string, string];
    finishAffine(graph, inputs[0], scale, offset, shapes[0], finish);
  },
  maxPool: ({ layer, inputs, finish }) => finish("MaxPool", inputs, windowAttributes(layer)),
  averagePool: ({ layer, inputs, finish }) => finish("AveragePool", inputs, windowAttributes(layer)),
  globalAveragePool: ({ inputs, finish }) => finish("ReduceMean", inputs, { axes: [2, 3], keepdims: 0 }),
  add: ({ inputs, finish }) => finish("Add", inputs),
  multiply: ({ inputs, finish }) => finish("Mul", inputs),
  maximum: ({ inputs, finish }) => finish("Max", inputs),
  concat: ({ inputs, finish }) => finish("Concat", inputs, { axis: 1 }),
  sliceChannels: ({ graph, layer, inputs, finish }) =>
    finish("Slice", [...inputs, ...[layer.start, layer.end, 1].map((value) => graph.integers([value]))]),
  pad({ graph, layer, inputs, finish }) {
    const [top, left, bottom, right] = layer.padding;
    finish("Pad", [...inputs, graph.integers([0, 0, top, left, 0, 0, bottom, right])]);
  },
  reshape: (place) => emitReshape(place, place.layer.shape, place.layer.order),
  flatten: (place) => emitReshape(place, [-1], place.layer.order),
  upsampleBilinear({ graph, inputs, finish }) {
    const scales = graph.floats([1, 1, 2, 2]);
    const attributes = { mode: "linear", coordinate_transformation_mode: "half_pixel" };
    finish("Resize", [...inputs, "", scales], attributes);
  },
  resize({ graph, layer, inputs, shapes, finish }) {
    const [height, width] = shapes[0].slice(1) as [number, number];
    finish("MatMul", resizeFactors(graph, inputs[0], layer, [height, width]));
  },
  sparseProduct({ node }) {
    throw new Error(`node "${node.name}": a sparse product runs on tfjs only.`);
  },
};

function emitConv(place: Place<"conv"> | Place<"depthwiseConv">, group: number): void {
  const { kernel, stride, padding, dilation } = place.layer;
  const attributes = { kernel_shape: kernel, strides: stride, pads: padding, dilations: dilation, group };
  place.finish("Conv", weights(place), attributes);
}

/** Emits one pass over x, as a batch normalisation of mean 0 and variance 1; two operators would be two passes. */
function finishAffine(
  graph: OnnxGraph,
  x: string,
  scale: string,
  bias: string,
  shape: Shape,
  finish: Place<LayerKind>["finish"],
): void {
  const [zeros, ones] = [0, 1].map((value) => graph.floats(new Array<number>(shape.at(-1)!).fill(value)));
  finish("BatchNormalization", [x, scale, bias, zeros, ones], { epsilon: { float: 0 } });
}

/** Emits the length over channels, or ε where that is more, with one channel. */
export function emitLength(graph: OnnxGraph, x: string, epsilon: number): string {
  return graph.op("Max", [graph.op("ReduceL2", [x], { axes: [1], keepdims: 1 }), graph.floats(epsilon)]);
}

type Weighted = "conv" | "depthwiseConv" | "transposedConv" | "dense";

function weights({ node, layer, inputs, biasCancelled }: Place<Weighted>): string[] {
  const bias = layer.bias && !biasCancelled ? [`${node.name}.bias`] : [];
  return [...inputs, `${node.name}.weight`, ...bias];
}

/** The mean and the (biased) variance of each channel over the batch and space, [C]. */
function emitBatchStatistics(graph: OnnxGraph, node: string, x: string, shape: Shape): string[] {
  const axes = reducedAxes(shape);
  const names = statisticNames(node);
  const mean = graph.op("ReduceMean", [x], { axes, keepdims: 0 }, names.mean);
  const centred = graph.op("Sub", [x, graph.op("Reshape", [mean, graph.integers(channelShape(shape))])]);
  const square = graph.op("Mul", [centred, centred]);
  return [mean, graph.op("ReduceMean", [square], { axes, keepdims: 0 }, names.variance)];
}

/** All axes but that of the channels, channels first. */
export function reducedAxes(shape: Shape): number[] {
  return shape.length === 4 ? [0, 2, 3] : [0];
}

/** The shape of one number a channel that meets a tensor, channels first. */
function channelShape(shape: Shape): number[] {
  return shape.length === 4 ? [1, shape.at(-1)!, 1, 1] : [1, shape.at(-1)!];
}

export function windowAttributes(layer: LayerOf<"maxPool"> | LayerOf<"averagePool">): Attributes {
  return { kernel_shape: layer.kernel, strides: layer.stride, pads: layer.padding };
}

/** @param target the shape of one item, channels last; -1 stands for the rest */
function emitReshape(place: Place<"reshape" | "flatten">, target: Shape, order: Order): void {
  const { graph, inputs, shapes, finish } = place;
  const asWritten = order === "channelsFirst";
  const rank = shapes[0].length;
  const flat = asWritten ? inputs[0] : toChannelsLast(graph, inputs[0], rank);
  // A 0 keeps the batch, which may be open.
  const to = (shape: Shape) => [flat, graph.integers([0, ...shape])];
  if (target.length !== 3) finish("Reshape", to(target));
  else if (asWritten) finish("Reshape", to([target[2], target[0], target[1]]));
  else finish("Identity", [toChannelsFirst(graph, graph.op("Reshape", to(target)), 4)]);
}
