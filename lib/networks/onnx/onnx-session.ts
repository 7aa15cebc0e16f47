/** Runs an encoded graph in ONNX Runtime, from and into arrays that the caller keeps. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Shape } from "../layers.js";

export interface SessionOptions {
  /** The number of threads within one operator; 1 if not given. */
  readonly threads?: number;
}

/** Arrays with their shapes, by name. */
export type Bindings = Readonly<Record<string, Tensor>>;

type Runtime = typeof import("onnxruntime-node");

let runtime: Promise<Runtime> | undefined;

/** Loads the native library at the first call. */
function loadRuntime(): Promise<Runtime> {
  runtime ??= import("onnxruntime-node").then(
    (module) => (module as { default?: Runtime }).default ?? module,
  );
  return runtime;
}

export class OnnxSession {
  readonly #session: InferenceSession;
  readonly #runtime: Runtime;

  private constructor(session: InferenceSession, loaded: Runtime) {
    this.#session = session;
    this.#runtime = loaded;
  }

  static async create(model: Uint8Array, { threads = 1 }: SessionOptions = {}): Promise<OnnxSession> {
    const loaded = await loadRuntime();
    const session = await loaded.InferenceSession.create(model, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: "all",
      // Planned memory is no faster for graphs of this kind, and takes 13 to 18 % more memory.
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    return new OnnxSession(session, loaded);
  }

  /** A tensor over the array itself: the runtime reads from it and writes into it. */
  bind(values: Float32Array, shape: Shape): Tensor {
    return new this.#runtime.Tensor("float32", values, [...shape]);
  }

  /** Runs the graph on the arrays of `from` and writes the results into those of `into`. */
  async run(from: Bindings, into: Bindings): Promise<void> {
    await this.#session.run(from, into);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
