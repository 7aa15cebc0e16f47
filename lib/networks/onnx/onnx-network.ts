/**
 * A network that ONNX Runtime runs and trains. Parameters, gradients, kept values and outputs lie in arrays. These
 * are made once for each set of shapes, and the runtime reads and writes them in place, so nothing is copied. An
 * array that `forward`, `predict` or `backward` returns keeps its values until the next call of the same kind.
 */
import { paperAdam } from "../adam.js";
import { FlatParameters } from "../flat-parameters.js";
import type { Network } from "../graph.js";
import { NetworkError } from "../network-error.js";
import { type ParameterSpec, type ParameterValues, parameterSpecs } from "../parameters.js";
import { inferShapes, type Shapes } from "../shape-inference.js";
import * as trainable from "../trainable-network.js";
import { BoundProgram } from "./bound-program.js";
import { gradientName } from "./channels-first.js";
import { statisticNames } from "./emit-forward.js";
import { OnnxAdam } from "./onnx-adam.js";
import type { SessionOptions } from "./onnx-session.js";
import { backwardProgram, type ForwardMode, forwardProgram } from "./programs.js";

export interface OnnxNetworkOptions extends trainable.TrainableNetworkOptions, SessionOptions {}

/** @throws if the parameters are not those of the network */
export async function createOnnxNetwork(options: OnnxNetworkOptions): Promise<trainable.TrainableNetwork> {
  const { network, inputShapes, parameters } = options;
  const specs = parameterSpecs(network, inputShapes);
  trainable.checkParameters(network, specs, parameters);
  const engine = new OnnxNetwork(network, specs, options);
  engine.setParameters(parameters);
  return engine;
}

interface LastForward {
  readonly program: BoundProgram;
  readonly inputShapes: Shapes;
  readonly keepsParameters: boolean;
}

class OnnxNetwork implements trainable.TrainableNetwork {
  readonly engine = "onnx";
  readonly #options: OnnxNetworkOptions;
  readonly #learned: FlatParameters;
  readonly #statistics: FlatParameters;
  readonly #first: FlatParameters;
  readonly #second: FlatParameters;
  readonly #gradients: FlatParameters;
  /** The new gradients, before they are added to the accumulated ones. */
  readonly #fresh: FlatParameters;
  #accumulated = 0;
  #step = 0;
  #adam: Promise<OnnxAdam> | undefined;
  readonly #programs = new Map<string, Promise<BoundProgram>>();
  #lastForward: LastForward | undefined;
  /** The name of the call that has not ended yet. */
  #running: string | undefined;

  constructor(
    readonly network: Network,
    readonly specs: readonly ParameterSpec[],
    options: OnnxNetworkOptions,
  ) {
    const learned = specs.filter((spec) => spec.trainable);
    const flat = () => new FlatParameters(learned);
    this.#options = options;
    [this.#learned, this.#first, this.#second] = [flat(), flat(), flat()];
    [this.#gradients, this.#fresh] = [flat(), flat()];
    this.#statistics = new FlatParameters(specs.filter((spec) => !spec.trainable));
  }

  predict(inputs: trainable.NetworkArrays): Promise<trainable.NetworkArrays> {
    return this.#alone("predict", async () => {
      const program = await this.#forwardProgram(shapesOf(inputs), "predict");
      await program.run(valuesOf(inputs));
      return this.#outputsOf(program);
    });
  }

  forward(
    inputs: trainable.NetworkArrays,
    { parameters = true }: trainable.ForwardOptions = {},
  ): Promise<trainable.NetworkArrays> {
    return this.#alone("forward", async () => {
      const inputShapes = shapesOf(inputs);
      const program = await this.#forwardProgram(inputShapes, parameters ? "train" : "frozen");
      await program.run(valuesOf(inputs));
      this.#lastForward = { program, inputShapes, keepsParameters: parameters };
      this.#moveStatistics(program);
      return this.#outputsOf(program);
    });
  }

  backward(
    outputGradients: trainable.NetworkArrays,
    options: trainable.BackwardOptions = {},
  ): Promise<trainable.NetworkArrays> {
    return this.#alone("backward", () => this.#backward(outputGradients, options));
  }

  async #backward(
    outputGradients: trainable.NetworkArrays,
    options: trainable.BackwardOptions,
  ): Promise<trainable.NetworkArrays> {
    const { network } = this;
    if (!this.#lastForward) throw new NetworkError(network.name, `\`backward\` needs a \`forward\` before`);
    const { inputShapes, keepsParameters } = this.#lastForward;
    trainable.checkBackward(network, keepsParameters, options);
    trainable.checkOutputGradients(network, inferShapes(network, inputShapes), outputGradients);
    const { parameters = true, inputs = [] } = options;
    const into = this.#accumulated === 0 ? this.#gradients : this.#fresh;
    const program = await this.#backwardProgram(
      this.#lastForward,
      outputGradients,
      { parameters, inputs },
      into,
    );
    const named = Object.entries(outputGradients).map(
      ([name, { values }]) => [gradientName(name), values] as const,
    );
    await program.run(Object.fromEntries(named));
    if (parameters) {
      if (into === this.#fresh) addTo(this.#gradients.values, this.#fresh.values);
      this.#accumulated++;
    }
    return Object.fromEntries(inputs.map((name) => [name, program.output(gradientName(name))]));
  }

  update(learningRate: number): Promise<void> {
    return this.#alone("update", () => this.#update(learningRate));
  }

  async #update(learningRate: number): Promise<void> {
    this.#needGradients("update");
    const arrays = {
      w: this.#learned.values,
      m: this.#first.values,
      v: this.#second.values,
      g: this.#gradients.values,
    };
    this.#adam ??= OnnxAdam.create(arrays, this.#options.adam ?? paperAdam, this.#options);
    const adam = await this.#adam;
    await adam.update(learningRate, this.#step + 1, this.#accumulated);
    this.#step++;
    this.#accumulated = 0;
  }

  async gradients(): Promise<ParameterValues> {
    this.#needGradients("gradients");
    const copies = this.#gradients.copy();
    for (const values of Object.values(copies)) scale(values, 1 / this.#accumulated);
    return copies;
  }

  discardGradients(): void {
    this.#accumulated = 0;
  }

  async parameters(): Promise<ParameterValues> {
    return { ...this.#learned.copy(), ...this.#statistics.copy() };
  }

  setParameters(values: ParameterValues): void {
    trainable.checkParameters(this.network, this.specs, values);
    this.#learned.set(values);
    this.#statistics.set(values);
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
    const programs = await Promise.all(this.#programs.values());
    for (const program of programs) await program.dispose();
    this.#programs.clear();
    this.#lastForward = undefined;
    await (await this.#adam)?.dispose();
    this.#adam = undefined;
  }

  #forwardProgram(inputShapes: Shapes, mode: ForwardMode): Promise<BoundProgram> {
    const key = JSON.stringify(["forward", mode, inputShapes]);
    return this.#program(key, () => {
      const program = forwardProgram(this.network, this.specs, inputShapes, mode);
      return BoundProgram.create(program, this.#values(), this.#options);
    });
  }

  #backwardProgram(
    last: LastForward,
    outputGradients: trainable.NetworkArrays,
    wanted: Required<trainable.BackwardOptions>,
    into: FlatParameters,
  ): Promise<BoundProgram> {
    const outputs = Object.keys(outputGradients).sort();
    const { program: forward, inputShapes, keepsParameters } = last;
    const key = JSON.stringify(["backward", keepsParameters, outputs, wanted, inputShapes]);
    return this.#program(key, () => {
      const program = backwardProgram(this.network, this.specs, inputShapes, {
        outputs,
        ...wanted,
        training: true,
      });
      return BoundProgram.create(program, { ...this.#values(), ...forward.outputs }, this.#options);
    }).then((program) => {
      const named = Object.entries(into.views).map(([name, view]) => [gradientName(name), view] as const);
      if (wanted.parameters) program.redirect(Object.fromEntries(named));
      return program;
    });
  }

  #program(key: string, create: () => Promise<BoundProgram>): Promise<BoundProgram> {
    const known = this.#programs.get(key);
    if (known) return known;
    const program = create().catch((error: unknown) => {
      this.#programs.delete(key);
      throw error;
    });
    this.#programs.set(key, program);
    return program;
  }

  /** All parameters: the arrays themselves, not copies. */
  #values(): ParameterValues {
    return { ...this.#learned.views, ...this.#statistics.views };
  }

  #outputsOf(program: BoundProgram): trainable.NetworkArrays {
    return Object.fromEntries(Object.keys(this.network.outputs).map((name) => [name, program.output(name)]));
  }

  #moveStatistics(program: BoundProgram): void {
    for (const { name, layer } of this.network.nodes) {
      if (layer.kind !== "batchNorm") continue;
      for (const [part, measured] of Object.entries(statisticNames(name))) {
        const running = this.#statistics.views[`${name}.${part}`];
        trainable.moveStatistic(running, program.output(measured).values, layer.momentum);
      }
    }
  }

  /** Runs one call alone: two calls at once would write into the same arrays. */
  async #alone<T>(method: string, run: () => Promise<T>): Promise<T> {
    if (this.#running) {
      const problem = `\`${method}\` came before \`${this.#running}\` had ended; await each call`;
      throw new NetworkError(this.network.name, problem);
    }
    this.#running = method;
    try {
      return await run();
    } finally {
      this.#running = undefined;
    }
  }

  #needGradients(method: string): void {
    if (this.#accumulated > 0) return;
    throw new NetworkError(this.network.name, `\`${method}\` needs a \`backward\` before`);
  }
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}

function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] *= factor;
}

function shapesOf(arrays: trainable.NetworkArrays): Shapes {
  return Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape]));
}

function valuesOf(arrays: trainable.NetworkArrays): ParameterValues {
  return Object.fromEntries(Object.entries(arrays).map(([name, { values }]) => [name, values]));
}
