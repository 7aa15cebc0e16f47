/** Adam over all trainable parameters at once in ONNX Runtime, in place. */
import { type AdamArrays, type AdamSettings, paperAdam } from "../adam.js";
import { ADAM_PART, adamNames, adamScalars, emitAdam } from "./emit-adam.js";
import { type Bindings, OnnxSession, type SessionOptions } from "./onnx-session.js";

export class OnnxAdam {
  readonly #session: OnnxSession;
  readonly #settings: AdamSettings;
  readonly #from: Record<string, Bindings[string]> = {};
  readonly #into: Record<string, Bindings[string]> = {};

  private constructor(session: OnnxSession, arrays: AdamArrays, settings: AdamSettings) {
    this.#session = session;
    this.#settings = settings;
    partSizes(arrays.w.length).forEach((size, i) => {
      const names = adamNames(i);
      for (const key of ["w", "m", "v", "g"] as const) {
        const part = session.bind(arrays[key].subarray(i * ADAM_PART, i * ADAM_PART + size), [size]);
        this.#from[names[key]] = part;
        // The new value goes into the same array: of the operators that read an old value, the last one writes the
        // new value.
        if (key !== "g") this.#into[`new ${names[key]}`] = part;
      }
    });
  }

  static async create(
    arrays: AdamArrays,
    settings: AdamSettings = paperAdam,
    options?: SessionOptions,
  ): Promise<OnnxAdam> {
    const session = await OnnxSession.create(emitAdam(partSizes(arrays.w.length), settings), options);
    return new OnnxAdam(session, arrays, settings);
  }

  /** @param step 1 for the first @param accumulated the number of gradients whose sum is `g` */
  async update(learningRate: number, step: number, accumulated: number): Promise<void> {
    const scalars = adamScalars(this.#settings, learningRate, step, accumulated);
    const bound = Object.entries(scalars).map(
      ([name, value]) => [name, this.#session.bind(Float32Array.of(value), [])] as const,
    );
    await this.#session.run({ ...this.#from, ...Object.fromEntries(bound) }, this.#into);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

function partSizes(total: number): number[] {
  const count = Math.ceil(total / ADAM_PART);
  return Array.from({ length: count }, (_, i) => Math.min(ADAM_PART, total - i * ADAM_PART));
}
