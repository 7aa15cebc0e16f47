/**
 * The parameters of a network: their names, shapes and first values. The shapes are those of PyTorch and ONNX, so
 * that their weights need no rearranging: [filters, channels, height, width], [units, channels].
 */
import { createRandom, type Random } from "../base/tensor/random.js";
import type { Network } from "./graph.js";
import type { Shape } from "./layers.js";
import { inferShapes, type Shapes, size } from "./shape-inference.js";

/**
 * How weights start. "he": normal, variance 2 / inputs of a unit (for relu). "glorot": normal, variance
 * 2 / (inputs + outputs of a unit). "pix2pix": normal, standard deviation 0.02, and scales of a normalisation
 * normal around 1 with the same. Biases start at 0, and scales at 1 but for pix2pix's.
 */
export type Initialisation = "he" | "glorot" | "pix2pix";

export interface ParameterSpec {
  /**
   * The parameter's name: the node's name, a dot, and what it is to the node: weight, bias, scale, slope, mean or
   * variance.
   */
  readonly name: string;
  readonly node: string;
  readonly shape: Shape;
  /** False for the running statistics of a batch normalisation: no gradient changes them. */
  readonly trainable: boolean;
  readonly start: Start;
}

type Start =
  | { readonly kind: "weight"; readonly inputs: number; readonly outputs: number }
  | { readonly kind: "scale" }
  | { readonly kind: "constant"; readonly value: number };

/** The values of parameters, or anything of the same shapes, by name. */
export type ParameterValues = Readonly<Record<string, Float32Array>>;

/**
 * @param inputShapes any shapes that the network takes; parameters depend on the channels only
 * @returns the parameters in the order of the nodes
 */
export function parameterSpecs(network: Network, inputShapes: Shapes): ParameterSpec[] {
  const shapes = inferShapes(network, inputShapes);
  return network.nodes.flatMap((node) => {
    const channels = node.inputs.length > 0 ? shapes[node.inputs[0]].at(-1)! : 0;
    return nodeParameters(node.layer, channels).map(({ part, trainable = true, ...spec }) => ({
      name: `${node.name}.${part}`,
      node: node.name,
      trainable,
      ...spec,
    }));
  });
}

interface NodeParameter {
  readonly part: string;
  readonly shape: Shape;
  readonly trainable?: boolean;
  readonly start: Start;
}

function nodeParameters(layer: Network["nodes"][number]["layer"], channels: number): NodeParameter[] {
  const constant = (part: string, length: number, value = 0, trainable = true): NodeParameter => ({
    part,
    shape: [length],
    trainable,
    start: { kind: "constant", value },
  });
  const scale: NodeParameter = { part: "scale", shape: [channels], start: { kind: "scale" } };
  const weighted = (shape: Shape, inputs: number, outputs: number, biases: number): NodeParameter[] => [
    { part: "weight", shape, start: { kind: "weight", inputs, outputs } },
    ...(biases > 0 ? [constant("bias", biases)] : []),
  ];
  switch (layer.kind) {
    case "conv": {
      const { filters, kernel, groups, bias } = layer;
      const taps = size(kernel);
      const inputs = (channels / groups) * taps;
      return weighted(
        [filters, channels / groups, ...kernel],
        inputs,
        (filters / groups) * taps,
        bias ? filters : 0,
      );
    }
    case "transposedConv": {
      const { filters, kernel, stride, bias } = layer;
      // An output pixel sees only every stride-th tap of the window.
      const taps = size(kernel) / size(stride);
      return weighted([channels, filters, ...kernel], channels * taps, filters * taps, bias ? filters : 0);
    }
    case "depthwiseConv": {
      const taps = size(layer.kernel);
      return weighted([channels, 1, ...layer.kernel], taps, taps, layer.bias ? channels : 0);
    }
    case "dense":
      return weighted([layer.units, channels], channels, layer.units, layer.bias ? layer.units : 0);
    case "instanceNorm":
    case "scaleAndBias":
      return [scale, constant("bias", channels)];
    case "batchNorm":
      return [
        scale,
        constant("bias", channels),
        constant("mean", channels, 0, false),
        constant("variance", channels, 1, false),
      ];
    case "prelu":
      return [constant("slope", channels, layer.initialSlope)];
    default:
      return [];
  }
}

/** The number of values that a network learns; running statistics do not count. */
export function countParameters(specs: readonly ParameterSpec[]): number {
  return specs.filter(({ trainable }) => trainable).reduce((sum, { shape }) => sum + size(shape), 0);
}

/**
 * Draws the first values; the same seed gives the same bits. Each parameter has its own stream of random numbers, by
 * its name, so a change to one layer leaves the others as they were.
 */
export function initialParameters(
  specs: readonly ParameterSpec[],
  seed: number,
  initialisation: Initialisation,
): ParameterValues {
  const random = createRandom(seed);
  return Object.fromEntries(
    specs.map((spec) => [spec.name, firstValues(spec, random.fork(spec.name), initialisation)]),
  );
}

function firstValues({ shape, start }: ParameterSpec, random: Random, how: Initialisation): Float32Array {
  const count = size(shape);
  if (start.kind === "constant") return new Float32Array(count).fill(start.value);
  if (start.kind === "scale") {
    if (how !== "pix2pix") return new Float32Array(count).fill(1);
    return random.normalArray(count).map((value) => 1 + 0.02 * value);
  }
  const { inputs, outputs } = start;
  const spread = { he: Math.sqrt(2 / inputs), glorot: Math.sqrt(2 / (inputs + outputs)), pix2pix: 0.02 }[how];
  return random.normalArray(count).map((value) => spread * value);
}
