/** Emits the way back through a network: from gradients of its outputs to those of its parameters and inputs. */
import { cancelledBiases, type Network, type NetworkNode } from "../graph.js";
import type { LayerKind } from "../layers.js";
import type { ParameterSpec } from "../parameters.js";
import type { Shapes } from "../shape-inference.js";
import { channelsFirst, gradientName, toChannelsFirst, toChannelsLast, valueName } from "./channels-first.js";
import * as activations from "./gradients/activations.js";
import * as arithmetic from "./gradients/arithmetic.js";
import type { Backward, BackwardPlace } from "./gradients/backward-place.js";
import * as convolutions from "./gradients/convolutions.js";
import * as normalisations from "./gradients/normalisations.js";
import * as rearrangements from "./gradients/rearrangements.js";
import * as space from "./gradients/space.js";
import type { OnnxGraph } from "./onnx-graph.js";

const backwards: { readonly [K in Exclude<LayerKind, "input">]: Backward<K> } = {
  conv: convolutions.convGradient,
  transposedConv: convolutions.transposedConvGradient,
  depthwiseConv: convolutions.depthwiseConvGradient,
  dense: convolutions.denseGradient,
  instanceNorm: normalisations.instanceNormGradient,
  batchNorm: normalisations.batchNormGradient,
  scaleAndBias: arithmetic.scaleAndBiasGradient,
  leakyRelu: activations.leakyReluGradient,
  prelu: activations.preluGradient,
  relu: activations.reluGradient,
  clip: activations.clipGradient,
  tanh: activations.tanhGradient,
  sigmoid: activations.sigmoidGradient,
  softmax: activations.softmaxGradient,
  l2Normalise: normalisations.l2NormaliseGradient,
  affine: arithmetic.affineGradient,
  maxPool: space.maxPoolGradient,
  averagePool: space.averagePoolGradient,
  globalAveragePool: space.globalAveragePoolGradient,
  add: arithmetic.addGradient,
  multiply: arithmetic.multiplyGradient,
  maximum: arithmetic.maximumGradient,
  concat: rearrangements.concatGradient,
  sliceChannels: rearrangements.sliceChannelsGradient,
  pad: rearrangements.padGradient,
  reshape: rearrangements.reshapeGradient,
  flatten: rearrangements.flattenGradient,
  upsampleBilinear: space.upsampleBilinearGradient,
  resize: space.resizeGradient,
  sparseProduct({ node }) {
    throw new Error(`node "${node.name}": a sparse product runs on tfjs only.`);
  },
};

export interface BackwardRequest {
  /** The outputs whose gradients are given; those of the others are zero. */
  readonly outputs: readonly string[];
  /** The inputs whose gradients are asked for. */
  readonly inputs: readonly string[];
  /** Whether gradients of the trainable parameters are asked for. */
  readonly parameters: boolean;
  /** Whether batch normalisations used the statistics of the batch. */
  readonly training: boolean;
}

export interface EmittedBackward {
  /** The nodes whose forward values the graph reads, as inputs named by `valueName`. */
  readonly kept: readonly string[];
  /** The parameters that the graph reads, as inputs. */
  readonly parameters: readonly string[];
}

/**
 * Emits the whole graph, with its inputs (kept values, parameters, gradients of outputs) and its outputs
 * (gradients of each trainable parameter and each wanted input, zero where nothing depends on them).
 */
export function emitBackward(
  graph: OnnxGraph,
  network: Network,
  shapes: Shapes,
  specs: readonly ParameterSpec[],
  request: BackwardRequest,
): EmittedBackward {
  const pass = new BackwardPass(graph, network, shapes, specs, request);
  pass.emitNodes();
  pass.emitGradients();
  return { kept: [...pass.kept], parameters: [...pass.parameters] };
}

class BackwardPass {
  readonly kept = new Set<string>();
  readonly parameters = new Set<string>();
  /** The gradients of each node's value, one from each of its readers, which are not added yet. */
  readonly #arrived = new Map<string, string[]>();
  readonly #parameterGradients = new Map<string, string>();
  readonly #wanted: ReadonlySet<string>;
  readonly #cancelled: ReadonlySet<string>;

  constructor(
    readonly graph: OnnxGraph,
    readonly network: Network,
    readonly shapes: Shapes,
    readonly specs: readonly ParameterSpec[],
    readonly request: BackwardRequest,
  ) {
    this.#wanted = nodesOnTheWay(network, specs, request);
    this.#cancelled = cancelledBiases(network, request.training);
    for (const output of request.outputs) {
      const node = network.outputs[output];
      const gradient = graph.input(gradientName(output), shapes[node]);
      this.#arrive(node, toChannelsFirst(graph, gradient, shapes[node].length));
    }
  }

  emitNodes(): void {
    for (const node of [...this.network.nodes].reverse()) {
      const dy = this.#gradientOf(node.name);
      if (node.layer.kind === "input" || dy === undefined || !this.#wanted.has(node.name)) continue;
      const backward = backwards[node.layer.kind] as Backward<LayerKind>;
      const gradients = backward(this.#place(node, dy));
      node.inputs.forEach((input, i) => {
        const gradient = gradients[i];
        if (gradient !== undefined && this.#wanted.has(input)) this.#arrive(input, gradient);
      });
    }
  }

  emitGradients(): void {
    const { graph, shapes, specs, request } = this;
    for (const { name, shape, trainable } of specs) {
      if (!request.parameters || !trainable) continue;
      graph.output(this.#parameterGradients.get(name) ?? this.#zeros(shape), shape, gradientName(name));
    }
    for (const input of request.inputs) {
      const shape = shapes[input];
      const gradient = this.#gradientOf(input);
      const value =
        gradient === undefined ? this.#zeros(shape) : toChannelsLast(graph, gradient, shape.length);
      graph.output(value, shape, gradientName(input));
    }
  }

  #place(node: NetworkNode, dy: string): BackwardPlace<LayerKind> {
    const { graph, shapes, request } = this;
    return {
      graph,
      node,
      layer: node.layer,
      dy,
      shapes: node.inputs.map((input) => channelsFirst(shapes[input])),
      outputShape: channelsFirst(shapes[node.name]),
      training: request.training,
      biasCancelled: this.#cancelled.has(node.name),
      x: (index = 0) => this.#keep(node.inputs[index]),
      y: () => this.#keep(node.name),
      parameter: (part) => this.#parameter(`${node.name}.${part}`),
      wantsParameters: request.parameters,
      wants: (index = 0) => this.#wanted.has(node.inputs[index]),
      parameterGradient: (part, value) => this.#parameterGradients.set(`${node.name}.${part}`, value),
    } as BackwardPlace<LayerKind>;
  }

  #keep(node: string): string {
    this.kept.add(node);
    return this.graph.input(valueName(node), channelsFirst(this.shapes[node]));
  }

  #parameter(name: string): string {
    this.parameters.add(name);
    return this.graph.input(name, this.specs.find((spec) => spec.name === name)!.shape);
  }

  #arrive(node: string, gradient: string): void {
    this.#arrived.set(node, [...(this.#arrived.get(node) ?? []), gradient]);
  }

  #gradientOf(node: string): string | undefined {
    const arrived = this.#arrived.get(node) ?? [];
    if (arrived.length > 1) this.#arrived.set(node, [this.graph.op("Sum", arrived)]);
    return this.#arrived.get(node)?.[0];
  }

  #zeros(shape: readonly number[]): string {
    return this.graph.op("Expand", [this.graph.floats(0), this.graph.integers(shape)]);
  }
}

/** The nodes through which a wanted parameter or input has its influence. */
function nodesOnTheWay(
  network: Network,
  specs: readonly ParameterSpec[],
  request: BackwardRequest,
): Set<string> {
  const learning = new Set(specs.filter(({ trainable }) => trainable).map(({ node }) => node));
  const wanted = new Set(request.inputs);
  for (const { name, inputs } of network.nodes) {
    if (request.parameters && learning.has(name)) wanted.add(name);
    if (inputs.some((input) => wanted.has(input))) wanted.add(name);
  }
  return wanted;
}
