/**
 * A network that learns, whatever runs it. A training step is three acts: `forward`; losses and their gradients
 * with respect to the outputs, by the caller; `backward` and `update`.
 */
import type { AdamSettings } from "./adam.js";
import { inputNames, type Network } from "./graph.js";
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
   * Whether `backward` may ask for gradients of parameters; true if not given. Of a frozen network less is kept, and
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
 * One call at a time: each awaits the one before. Arrays that come back hold until the next call of the same kind on the
 * same network; an engine may write the next result into them.
 */
export interface TrainableNetwork {
  readonly network: Network;
  readonly specs: readonly ParameterSpec[];
  /** What computes: the name of the engine. */
  readonly engine: "tfjs" | "onnx";
  /**
   * Outputs by name, in inference mode; nothing is kept.
   *
   * @param inputs by name, [B, H, W, C] or [B, C]
   */
  predict(inputs: NetworkArrays): Promise<NetworkArrays>;
  /** Outputs by name, in training mode; keeps what `backward` needs until the next `forward`. */
  forward(inputs: NetworkArrays, options?: ForwardOptions): Promise<NetworkArrays>;
  /**
   * Adds the gradients of the parameters to those accumulated since the last update.
   *
   * @param outputGradients of a loss with respect to outputs of the last `forward`, by name; one left out is zero
   * @returns gradients with respect to the inputs asked for, by name
   * @throws if no `forward` came before, or one that kept nothing for what is asked
   */
  backward(outputGradients: NetworkArrays, options?: BackwardOptions): Promise<NetworkArrays>;
  /**
   * One step of Adam along the mean of the gradients accumulated since the last update: over micro-batches of
   * equal size, the gradient of the mean loss over all of them (with batch normalisation only nearly so).
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
  /** A copy. */
  optimiserState(): Promise<OptimiserState>;
  setOptimiserState(state: OptimiserState): void;
  /** Gives memory and sessions back. */
  dispose(): Promise<void>;
}

export interface TrainableNetworkOptions {
  readonly network: Network;
  /** Any shapes of the inputs that the network takes; other ones may come later. */
  readonly inputShapes: Shapes;
  /** First values. */
  readonly parameters: ParameterValues;
  /** As the paper if not given. */
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
    throw new Error(`network "${network.name}": the parameter \`${name}\` ${problem}.`);
  }
  const names = new Set(wanted.map(({ name }) => name));
  const unknown = Object.keys(values).find((name) => !names.has(name));
  if (unknown) throw new Error(`network "${network.name}": has no parameter \`${unknown}\`.`);
}

/** @throws if a gradient is of no output, or its shape or the number of its values is not the output's */
export function checkOutputGradients(network: Network, shapes: Shapes, gradients: NetworkArrays): void {
  for (const [output, { shape, values }] of Object.entries(gradients)) {
    const node = network.outputs[output];
    if (node === undefined) throw new Error(`network "${network.name}": has no output "${output}".`);
    const expected = shapes[node];
    if (`${shape}` === `${expected}` && values.length === size(shape)) continue;
    const problem = `should have shape [${expected}] but has [${shape}], with ${values.length} values`;
    throw new Error(`network "${network.name}": the gradient of output "${output}" ${problem}.`);
  }
}

/** @throws if an input is none, or gradients of parameters are asked for that the last `forward` kept nothing for */
export function checkBackward(
  network: Network,
  keptParameters: boolean,
  { parameters = true, inputs = [] }: BackwardOptions,
): void {
  const known = inputNames(network);
  const unknown = inputs.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`network "${network.name}": has no input "${unknown}".`);
  if (keptParameters || !parameters) return;
  const problem = "`backward` is asked for gradients of parameters, which the last `forward` left out";
  throw new Error(`network "${network.name}": ${problem}.`);
}

/** A running statistic moved towards one of a batch, in place. */
export function moveStatistic(running: Float32Array, measured: ArrayLike<number>, momentum: number): void {
  running.forEach((value, i) => {
    running[i] = value + momentum * (measured[i] - value);
  });
}
