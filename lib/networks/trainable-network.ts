/**
 * A network that learns, on any engine. A training step is three acts: `forward`; losses and their gradients with
 * respect to the outputs, by the caller; `backward` and `update`.
 */
import type { AdamSettings } from "./adam.js";
import { inputNames, type Network } from "./graph.js";
import { NetworkError } from "./network-error.js";
import type { ParameterSpec, ParameterValues } from "./parameters.js";
import { type Shape, type Shapes, size } from "./shape-inference.js";

/** Numbers in row-major order, channels last. */
export interface NetworkArray {
  readonly shape: Shape;
  readonly values: Float32Array;
}

export type NetworkArrays = Readonly<Record<string, NetworkArray>>;

/** Adam's memory: means of gradients and of their squares, by parameter, and the number of steps made. */
export interface OptimiserState {
  readonly step: number;
  readonly first: ParameterValues;
  readonly second: ParameterValues;
}

export interface ForwardOptions {
  /**
   * Whether `backward` may ask for gradients of parameters; true if not given. For a frozen network less is kept, and
   * an engine may join more layers.
   */
  readonly parameters?: boolean;
}

export interface BackwardOptions {
  /** Whether parameters accumulate gradients; true if not given. */
  readonly parameters?: boolean;
  /** The inputs whose gradients are wanted; none if not given. */
  readonly inputs?: readonly string[];
}

/**
 * A network that learns. Only one call may run at a time: await each before the next. A returned array keeps its
 * values until the next call of the same kind on the same network, as an engine may write the next result into it.
 */
export interface TrainableNetwork {
  readonly network: Network;
  readonly specs: readonly ParameterSpec[];
  /** The name of the engine that computes. */
  readonly engine: "tfjs" | "onnx";
  /**
   * Gives the outputs by name, in inference mode; nothing is kept.
   *
   * @param inputs by name, [B, H, W, C] or [B, C]
   */
  predict(inputs: NetworkArrays): Promise<NetworkArrays>;
  /** Gives the outputs by name, in training mode, and keeps what `backward` needs until the next `forward`. */
  forward(inputs: NetworkArrays, options?: ForwardOptions): Promise<NetworkArrays>;
  /**
   * Adds the gradients of the parameters to those accumulated since the last update.
   *
   * @param outputGradients the gradients of a loss with respect to the outputs of the last `forward`, by name; one
   *   that is left out is zero
   * @returns the gradients with respect to the inputs that `options` names, by name
   * @throws if no `forward` came before, or if it did not keep the values that are needed
   */
  backward(outputGradients: NetworkArrays, options?: BackwardOptions): Promise<NetworkArrays>;
  /**
   * Makes one step of Adam along the mean of the gradients accumulated since the last update. With micro-batches of
   * equal size, this mean is the gradient of the mean loss over all of them (with batch normalisation, only nearly).
   *
   * @throws if no gradient was accumulated
   */
  update(learningRate: number): Promise<void>;
  /** The mean of the accumulated gradients, copied, by parameter; trainable ones only. */
  gradients(): Promise<ParameterValues>;
  /** Forgets the accumulated gradients. */
  discardGradients(): void;
  /** A copy of all parameters, running statistics included. */
  parameters(): Promise<ParameterValues>;
  /** Copies the values in. @throws if a name or size is not the network's */
  setParameters(values: ParameterValues): void;
  /** A copy of the optimiser's state. */
  optimiserState(): Promise<OptimiserState>;
  setOptimiserState(state: OptimiserState): void;
  /** Frees memory and sessions. */
  dispose(): Promise<void>;
}

export interface TrainableNetworkOptions {
  readonly network: Network;
  /** Any shapes of the inputs that the network takes; later calls may have other ones. */
  readonly inputShapes: Shapes;
  /** The first values of the parameters. */
  readonly parameters: ParameterValues;
  /** Adam's settings; those of the paper if not given. */
  readonly adam?: AdamSettings;
}

/** @throws naming the network, the parameter, what was expected and what came */
export function checkParameters(
  network: Network,
  specs: readonly ParameterSpec[],
  values: ParameterValues,
  trainableOnly = false,
): void {
  const wanted = specs.filter(({ trainable }) => trainable || !trainableOnly);
  for (const { name, shape } of wanted) {
    const count = shape.reduce((product, length) => product * length, 1);
    const got = values[name];
    if (got?.length === count) continue;
    const problem = got ? `should have ${count} values, [${shape}], but has ${got.length}` : "is missing";
    throw new NetworkError(network.name, `the parameter \`${name}\` ${problem}`);
  }
  const names = new Set(wanted.map(({ name }) => name));
  const unknown = Object.keys(values).find((name) => !names.has(name));
  if (unknown) throw new NetworkError(network.name, `has no parameter \`${unknown}\``);
}

/** @throws if a gradient belongs to no output, or if its shape or number of values is not that of the output */
export function checkOutputGradients(network: Network, shapes: Shapes, gradients: NetworkArrays): void {
  for (const [output, { shape, values }] of Object.entries(gradients)) {
    const node = network.outputs[output];
    if (node === undefined) throw new NetworkError(network.name, `has no output "${output}"`);
    const expected = shapes[node];
    if (`${shape}` === `${expected}` && values.length === size(shape)) continue;
    const problem = `should have shape [${expected}] but has [${shape}], with ${values.length} values`;
    throw new NetworkError(network.name, `the gradient of output "${output}" ${problem}`);
  }
}

/** @throws if there is no such input, or if the last `forward` did not keep what the gradients of parameters need */
export function checkBackward(
  network: Network,
  keptParameters: boolean,
  { parameters = true, inputs = [] }: BackwardOptions,
): void {
  const known = inputNames(network);
  const unknown = inputs.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new NetworkError(network.name, `has no input "${unknown}"`);
  if (keptParameters || !parameters) return;
  const problem = "`backward` is asked for gradients of parameters, which the last `forward` left out";
  throw new NetworkError(network.name, problem);
}

/** Moves a running statistic toward that of a batch, in place. */
export function moveStatistic(running: Float32Array, measured: ArrayLike<number>, momentum: number): void {
  running.forEach((value, i) => {
    running[i] = value + momentum * (measured[i] - value);
  });
}
