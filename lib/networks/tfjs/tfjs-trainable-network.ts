/**
 * A network that tfjs runs and trains on its current backend. tfjs records a tape within one call only, so `backward`
 * runs the network again. If that is too slow, put `runNetwork` on a tape together with the losses.
 */
import * as tf from "@tensorflow/tfjs";
import { type AdamSettings, adamStep, paperAdam } from "../adam.js";
import { FlatParameters } from "../flat-parameters.js";
import type { Network } from "../graph.js";
import type { LayerOf } from "../layers.js";
import { NetworkError } from "../network-error.js";
import { type ParameterSpec, type ParameterValues, parameterSpecs } from "../parameters.js";
import { inferShapes } from "../shape-inference.js";
import * as trainable from "../trainable-network.js";
import { runNetwork, type SparseOperators, shapesOf } from "./tfjs-network.js";

export interface TfjsNetworkOptions extends trainable.TrainableNetworkOptions {
  /** The matrices of the sparse products; the caller owns them. */
  readonly matrices?: SparseOperators;
}

/** @throws if the parameters are not those of the network */
export async function createTfjsNetwork(options: TfjsNetworkOptions): Promise<trainable.TrainableNetwork> {
  const { network, adam = paperAdam, matrices = {} } = options;
  const specs = parameterSpecs(network, options.inputShapes);
  const engine = new TfjsNetwork(network, specs, adam, matrices);
  engine.setParameters(options.parameters);
  return engine;
}

class TfjsNetwork implements trainable.TrainableNetwork {
  readonly engine = "tfjs";
  readonly #adam: AdamSettings;
  readonly #matrices: SparseOperators;
  readonly #learning: readonly ParameterSpec[];
  readonly #values: FlatParameters;
  readonly #first: FlatParameters;
  readonly #second: FlatParameters;
  readonly #gradients: FlatParameters;
  #accumulated = 0;
  #step = 0;
  #lastInputs: trainable.NetworkArrays | undefined;
  #keepsParameters = true;

  constructor(
    readonly network: Network,
    readonly specs: readonly ParameterSpec[],
    adam: AdamSettings,
    matrices: SparseOperators,
  ) {
    this.#adam = adam;
    this.#matrices = matrices;
    this.#learning = specs.filter((spec) => spec.trainable);
    this.#values = new FlatParameters(specs);
    const flat = () => new FlatParameters(this.#learning);
    [this.#first, this.#second, this.#gradients] = [flat(), flat(), flat()];
  }

  predict(inputs: trainable.NetworkArrays): Promise<trainable.NetworkArrays> {
    return this.#run(inputs, false);
  }

  async forward(
    inputs: trainable.NetworkArrays,
    { parameters = true }: trainable.ForwardOptions = {},
  ): Promise<trainable.NetworkArrays> {
    // The caller may change its arrays before it calls `backward`, so they are copied.
    const copied = copies(inputs);
    const outputs = await this.#run(copied, true);
    this.#lastInputs = copied;
    this.#keepsParameters = parameters;
    return outputs;
  }

  async backward(
    outputGradients: trainable.NetworkArrays,
    { parameters = true, inputs = [] }: trainable.BackwardOptions = {},
  ): Promise<trainable.NetworkArrays> {
    const { network } = this;
    if (!this.#lastInputs) throw new NetworkError(network.name, `\`backward\` needs a \`forward\` before`);
    trainable.checkBackward(network, this.#keepsParameters, { parameters, inputs });
    const given = tensorsOf(this.#lastInputs);
    const dys = tensorsOf(outputGradients);
    const weights = this.#tensors();
    try {
      trainable.checkOutputGradients(network, inferShapes(network, shapesOf(given)), outputGradients);
      const names = parameters ? this.#learning.map(({ name }) => name) : [];
      const gradients = tf.tidy(() =>
        gradientsOf(network, { given, weights, dys, matrices: this.#matrices }, names, inputs),
      );
      const arrays = await toArrays(gradients);
      if (parameters) this.#accumulate(arrays);
      return Object.fromEntries(inputs.map((name) => [name, arrays[name]]));
    } finally {
      tf.dispose([given, dys, weights]);
    }
  }

  async update(learningRate: number): Promise<void> {
    this.#needGradients("update");
    this.#step++;
    for (const { name } of this.#learning) {
      const [w, m, v, g] = [this.#values, this.#first, this.#second, this.#gradients].map(
        ({ views }) => views[name],
      ) as [Float32Array, Float32Array, Float32Array, Float32Array];
      adamStep({ w, m, v, g }, this.#adam, learningRate, this.#step, this.#accumulated);
    }
    this.discardGradients();
  }

  async gradients(): Promise<ParameterValues> {
    this.#needGradients("gradients");
    const copies = Object.entries(this.#gradients.copy());
    return Object.fromEntries(
      copies.map(([name, sum]) => [name, sum.map((value) => value / this.#accumulated)]),
    );
  }

  discardGradients(): void {
    this.#accumulated = 0;
    this.#gradients.values.fill(0);
  }

  async parameters(): Promise<ParameterValues> {
    return this.#values.copy();
  }

  setParameters(values: ParameterValues): void {
    trainable.checkParameters(this.network, this.specs, values);
    this.#values.set(values);
  }

  async optimiserState(): Promise<trainable.OptimiserState> {
    return { step: this.#step, first: this.#first.copy(), second: this.#second.copy() };
  }

  setOptimiserState({ step, first, second }: trainable.OptimiserState): void {
    for (const values of [first, second]) trainable.checkParameters(this.network, this.specs, values, true);
    this.#step = step;
    this.#first.set(first);
    this.#second.set(second);
  }

  async dispose(): Promise<void> {
    this.#lastInputs = undefined;
  }

  async #run(inputs: trainable.NetworkArrays, training: boolean): Promise<trainable.NetworkArrays> {
    const given = tensorsOf(inputs);
    const weights = this.#tensors();
    try {
      const { outputs, statistics } = runNetwork(this.network, given, weights, training, this.#matrices);
      for (const [name, { values }] of Object.entries(await toArrays(statistics))) {
        const { node } = this.specs.find((spec) => spec.name === name)!;
        const { layer } = this.network.nodes.find((one) => one.name === node)!;
        trainable.moveStatistic(this.#values.views[name], values, (layer as LayerOf<"batchNorm">).momentum);
      }
      return await toArrays(outputs);
    } finally {
      tf.dispose([given, weights]);
    }
  }

  #tensors(): Record<string, tf.Tensor> {
    const tensors = this.specs.map(({ name, shape }) => [
      name,
      tf.tensor(this.#values.views[name], [...shape]),
    ]);
    return Object.fromEntries(tensors) as Record<string, tf.Tensor>;
  }

  #accumulate(arrays: trainable.NetworkArrays): void {
    for (const { name } of this.#learning) {
      const sum = this.#gradients.views[name];
      const values = arrays[name]?.values;
      if (values) for (let i = 0; i < sum.length; i++) sum[i] += values[i];
    }
    this.#accumulated++;
  }

  #needGradients(method: string): void {
    if (this.#accumulated > 0) return;
    throw new NetworkError(this.network.name, `\`${method}\` needs a \`backward\` before`);
  }
}

interface Point {
  readonly given: Readonly<Record<string, tf.Tensor>>;
  readonly weights: Readonly<Record<string, tf.Tensor>>;
  readonly dys: Readonly<Record<string, tf.Tensor>>;
  readonly matrices: SparseOperators;
}

/** The gradients of Σ outputs · dys, by the name of the parameter or input; zeros where no output depends on it. */
function gradientsOf(
  network: Network,
  { given, weights, dys, matrices }: Point,
  parameters: readonly string[],
  inputs: readonly string[],
): Record<string, tf.Tensor> {
  const names = [...parameters, ...inputs];
  const xs = names.map((name) => weights[name] ?? given[name]);
  if (names.length === 0) return {};
  const loss = (...moved: tf.Tensor[]): tf.Scalar => {
    const by = Object.fromEntries(names.map((name, i) => [name, moved[i]]));
    const { outputs } = runNetwork(
      network,
      { ...given, ...pick(by, given) },
      { ...weights, ...pick(by, weights) },
      true,
      matrices,
    );
    const terms = Object.entries(dys).map(([output, dy]) => tf.sum(tf.mul(outputs[output], dy)));
    // A term of each x lets tfjs find a way back to those that have no influence.
    const nothing = moved.map((x) => tf.mul(tf.sum(x), 0));
    return tf.addN([...terms, ...nothing]) as tf.Scalar;
  };
  const gradients = tf.grads(loss)(xs);
  return Object.fromEntries(names.map((name, i) => [name, gradients[i]]));
}

function pick<T>(from: Readonly<Record<string, T>>, names: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => name in names));
}

function copies(arrays: trainable.NetworkArrays): trainable.NetworkArrays {
  const copied = Object.entries(arrays).map(
    ([name, { shape, values }]) => [name, { shape, values: values.slice() }] as const,
  );
  return Object.fromEntries(copied);
}

function tensorsOf(arrays: trainable.NetworkArrays): Record<string, tf.Tensor> {
  const tensors = Object.entries(arrays).map(
    ([name, { shape, values }]) => [name, tf.tensor(values, [...shape])] as const,
  );
  return Object.fromEntries(tensors);
}

/** Reads the tensors and disposes of them. */
async function toArrays(tensors: Readonly<Record<string, tf.Tensor>>): Promise<trainable.NetworkArrays> {
  const arrays = Object.entries(tensors).map(
    async ([name, tensor]) =>
      [name, { shape: tensor.shape, values: (await tensor.data()) as Float32Array }] as const,
  );
  const read = Object.fromEntries(await Promise.all(arrays));
  tf.dispose(tensors as tf.TensorContainer);
  return read;
}
