/** A program in a session, together with the arrays that it reads and writes. */
import type { ParameterValues } from "../parameters.js";
import { size } from "../shape-inference.js";
import type { NetworkArray } from "../trainable-network.js";
import { type Bindings, OnnxSession, type SessionOptions } from "./onnx-session.js";
import type { Program } from "./programs.js";

type Arrays = Readonly<Record<string, Float32Array>>;

export class BoundProgram {
  /** The arrays that it writes, by name. */
  readonly outputs: Arrays;
  readonly #program: Program;
  readonly #session: OnnxSession;
  readonly #from: Bindings;
  #into: Bindings;

  private constructor(program: Program, session: OnnxSession, from: Bindings, outputs: Arrays) {
    this.outputs = outputs;
    this.#program = program;
    this.#session = session;
    this.#from = from;
    this.#into = this.#bind(outputs);
  }

  /** @param reads the arrays that it reads at each run: parameters, values that another program keeps */
  static async create(
    program: Program,
    reads: ParameterValues,
    options: SessionOptions,
  ): Promise<BoundProgram> {
    const session = await OnnxSession.create(program.model, options);
    const fixed = Object.entries({ ...program.parameters, ...program.inputs }).filter(
      ([name]) => reads[name],
    );
    const from = fixed.map(([name, shape]) => [name, session.bind(reads[name], shape)] as const);
    const outputs = Object.entries(program.outputs).map(
      ([name, shape]) => [name, new Float32Array(size(shape))] as const,
    );
    return new BoundProgram(program, session, Object.fromEntries(from), Object.fromEntries(outputs));
  }

  /** @param inputs the arrays that change from run to run, by name */
  async run(inputs: Arrays): Promise<void> {
    const bound = Object.entries(inputs).map(
      ([name, values]) => [name, this.#session.bind(values, this.#program.inputs[name])] as const,
    );
    await this.#session.run({ ...this.#from, ...Object.fromEntries(bound) }, this.#into);
  }

  output(name: string): NetworkArray {
    return { shape: this.#program.outputs[name], values: this.outputs[name] };
  }

  /** Makes the next runs write some outputs to other arrays. */
  redirect(outputs: Arrays): void {
    this.#into = { ...this.#into, ...this.#bind(outputs) };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  #bind(arrays: Arrays): Bindings {
    const bound = Object.entries(arrays).map(
      ([name, values]) => [name, this.#session.bind(values, this.#program.outputs[name])] as const,
    );
    return Object.fromEntries(bound);
  }
}
