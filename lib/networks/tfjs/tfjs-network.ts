/** Runs a network in tfjs: one differentiable function of its inputs and parameters. */
import * as tf from "@tensorflow/tfjs";
import type { SparseOperator } from "../../base/tensor/sparse-matrix.js";
import { cancelledBiases, inputNames, type Network, type NetworkNode } from "../graph.js";
import type { LayerKind, LayerOf } from "../layers.js";
import { inferShapes, type Shapes } from "../shape-inference.js";
import { convolve, convolveChannels, convolveTransposed, pad } from "./convolutions.js";
import { clip, l2Normalise, withoutGradient } from "./elementwise.js";
import { averagePool, maxPool, reshape, resize, sliceChannels, upsampleBilinear } from "./space.js";

export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** The matrices of the sparse products, by name. */
export type SparseOperators = Readonly<Record<string, SparseOperator>>;

export interface NetworkRun {
  /** The outputs by name, channels last. */
  readonly outputs: Tensors;
  /**
   * In training, the statistics of this batch that batch normalisations measured, [C], each under the name of the
   * running statistic.
   */
  readonly statistics: Tensors;
}

/** One node, with all that is needed to run it. */
interface Place<K extends LayerKind> {
  readonly node: NetworkNode;
  readonly layer: LayerOf<K>;
  readonly inputs: readonly tf.Tensor[];
  readonly training: boolean;
  readonly bias: tf.Tensor | undefined;
  readonly matrices: SparseOperators;
  parameter(part: string): tf.Tensor;
  /** Reports a statistic of the batch. */
  measured(part: string, value: tf.Tensor): void;
}

/**
 * @param inputs by name, [B, H, W, C] or [B, C]
 * @param parameters by name, in the shapes of `parameterSpecs`
 * @param training whether batch normalisations use the statistics of the batch
 * @param matrices the matrices of the sparse products
 */
export function runNetwork(
  network: Network,
  inputs: Tensors,
  parameters: Tensors,
  training = false,
  matrices: SparseOperators = {},
): NetworkRun {
  inferShapes(network, shapesOf(inputs));
  const leftOut = cancelledBiases(network, false);
  const unlearned = cancelledBiases(network, training);
  return tf.tidy(() => {
    const values: Record<string, tf.Tensor> = {};
    const statistics: Record<string, tf.Tensor> = {};
    for (const name of inputNames(network)) values[name] = inputs[name];
    for (const node of network.nodes) {
      const { layer } = node;
      if (layer.kind === "input") continue;
      const run = runners[layer.kind] as (place: Place<LayerKind>) => tf.Tensor;
      const parameter = (part: string) => parameters[`${node.name}.${part}`];
      const readsBias = "bias" in layer && layer.bias && !leftOut.has(node.name);
      const bias = () => (unlearned.has(node.name) ? withoutGradient(parameter("bias")) : parameter("bias"));
      values[node.name] = run({
        node,
        layer,
        inputs: node.inputs.map((input) => values[input]),
        training,
        matrices,
        bias: readsBias ? bias() : undefined,
        parameter,
        measured: (part, value) => {
          statistics[`${node.name}.${part}`] = value;
        },
      });
    }
    const outputs = Object.entries(network.outputs).map(([output, node]) => [output, values[node]] as const);
    return { outputs: Object.fromEntries(outputs), statistics };
  });
}

/** The shapes of tensors by name. */
export function shapesOf(tensors: Tensors): Shapes {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
}

type Runners = { readonly [K in Exclude<LayerKind, "input">]: (place: Place<K>) => tf.Tensor };

const runners: Runners = {
  conv: ({ layer, inputs, parameter, bias }) =>
    withBias(convolve(inputs[0] as tf.Tensor4D, parameter("weight") as tf.Tensor4D, layer), bias),
  transposedConv: ({ layer, inputs, parameter, bias }) =>
    withBias(convolveTransposed(inputs[0] as tf.Tensor4D, parameter("weight") as tf.Tensor4D, layer), bias),
  depthwiseConv: ({ layer, inputs, parameter, bias }) =>
    withBias(convolveChannels(inputs[0] as tf.Tensor4D, parameter("weight") as tf.Tensor4D, layer), bias),
  dense: ({ inputs, parameter, bias }) =>
    withBias(tf.matMul(inputs[0], parameter("weight"), false, true), bias),
  instanceNorm({ layer, inputs, parameter }) {
    const { mean, variance } = tf.moments(inputs[0], [1, 2], true);
    return normalise(inputs[0], mean, variance, layer.epsilon, parameter);
  },
  batchNorm({ layer, inputs, parameter, training, measured }) {
    const [x] = inputs as [tf.Tensor];
    if (!training) return normalise(x, parameter("mean"), parameter("variance"), layer.epsilon, parameter);
    const { mean, variance } = tf.moments(x, x.rank === 4 ? [0, 1, 2] : [0]);
    measured("mean", mean);
    measured("variance", variance);
    return normalise(x, mean, variance, layer.epsilon, parameter);
  },
  scaleAndBias: ({ inputs, parameter }) => tf.add(tf.mul(inputs[0], parameter("scale")), parameter("bias")),
  leakyRelu: ({ layer, inputs }) => tf.leakyRelu(inputs[0], layer.slope),
  prelu: ({ inputs, parameter }) => tf.prelu(inputs[0], parameter("slope")),
  relu: ({ inputs }) => tf.relu(inputs[0]),
  clip: ({ layer, inputs }) => clip(inputs[0], layer),
  tanh: ({ inputs }) => tf.tanh(inputs[0]),
  sigmoid: ({ inputs }) => tf.sigmoid(inputs[0]),
  softmax: ({ inputs }) => tf.softmax(inputs[0]),
  l2Normalise: ({ layer, inputs }) => l2Normalise(inputs[0], layer.epsilon),
  affine: ({ layer, inputs }) =>
    tf.add(tf.mul(inputs[0], tf.tensor1d([...layer.scale])), tf.tensor1d([...layer.offset])),
  maxPool: ({ layer, inputs }) => maxPool(inputs[0] as tf.Tensor4D, layer),
  averagePool: ({ layer, inputs }) => averagePool(inputs[0] as tf.Tensor4D, layer),
  globalAveragePool: ({ inputs }) => tf.mean(inputs[0], [1, 2]),
  add: ({ inputs }) => tf.add(inputs[0], inputs[1]),
  multiply: ({ inputs }) => tf.mul(inputs[0], inputs[1]),
  maximum: ({ inputs }) => tf.maximum(inputs[0], inputs[1]),
  concat: ({ inputs }) => tf.concat([...inputs], -1),
  sliceChannels: ({ layer, inputs }) => sliceChannels(inputs[0], layer),
  pad: ({ layer, inputs }) => pad(inputs[0] as tf.Tensor4D, layer.padding),
  reshape: ({ layer, inputs }) => reshape(inputs[0], layer.shape, layer.order),
  flatten: ({ layer, inputs }) => {
    const [x] = inputs as [tf.Tensor];
    return reshape(x, [x.size / x.shape[0]], layer.order);
  },
  upsampleBilinear: ({ inputs }) => upsampleBilinear(inputs[0] as tf.Tensor4D),
  resize: ({ layer, inputs }) => resize(inputs[0] as tf.Tensor4D, layer),
  sparseProduct({ node, layer, inputs, matrices }) {
    const matrix = matrices[layer.matrix];
    if (!matrix) throw new Error(`runNetwork: node "${node.name}" needs the matrix "${layer.matrix}".`);
    const [batch, , , channels] = inputs[0].shape as [number, number, number, number];
    const rows = matrix.apply(tf.reshape(inputs[0], [batch, -1, channels]));
    return tf.reshape(rows, [batch, 1, layer.rows, channels]);
  },
};

function withBias(value: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  return bias ? tf.add(value, bias) : value;
}

function normalise(
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
  parameter: Place<LayerKind>["parameter"],
): tf.Tensor {
  const factor = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), parameter("scale"));
  return tf.add(tf.mul(tf.sub(x, mean), factor), parameter("bias"));
}
