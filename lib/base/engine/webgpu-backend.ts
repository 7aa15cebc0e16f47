/**
 * tfjs's webgpu backend as Node.js needs it. It differs in three points from the one for browsers:
 *
 * - A value on the graphics processor cannot be read at once, as browsers do it through a canvas: `readSync` says
 *   what to do instead, and `download` fetches all values before another backend wants them. A tensor that was made
 *   from numbers keeps these numbers here too, so it can be read at once: a list of triangles, for example.
 * - When something goes wrong, for example when memory runs out, Dawn prints a message and goes on with zeros. Here
 *   `read` throws instead.
 * - `navigator.gpu` exists only while the backend is made, since other libraries think that a program which has it is
 *   in a browser.
 */
import type * as tf from "@tensorflow/tfjs";
import { withNavigator } from "./with-navigator.js";

export interface Gpu {
  requestAdapter(options: { powerPreference: "high-performance" }): Promise<Adapter | null>;
}

/** The parts of WebGPU that are used here; the names are the standard's. */
export interface Adapter {
  readonly info: Readonly<Record<"vendor" | "architecture" | "device" | "description", string>> & {
    readonly isFallbackAdapter: boolean;
  };
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: {
    requiredFeatures: readonly string[];
    requiredLimits: Readonly<Record<string, number>>;
  }): Promise<Device>;
}

export interface Device {
  pushErrorScope(filter: string): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
}

type Values = Awaited<ReturnType<tf.KernelBackend["read"]>>;

/** The public parts of tfjs 4.22's `WebGPUBackend` that are used here. */
interface StockBackend extends tf.KernelBackend {
  readonly tensorMap: {
    get(id: tf.DataId): { readonly values?: Values | null; readonly resource?: object | null };
  };
  /** The last argument is a tensor to write into; it may be left out. */
  runWebGPUProgram(...args: [object, unknown, unknown, unknown?, tf.TensorInfo?]): tf.TensorInfo;
}

export interface WebgpuModule {
  readonly WebGPUBackend: new (device: Device, info: Adapter["info"]) => StockBackend;
}

/** The limits that tfjs asks for, as high as the adapter has them. */
const limits = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

const errorKinds = ["validation", "out-of-memory", "internal"] as const;

/** Makes a backend on a new device of the adapter. */
export async function createWebgpuBackend(
  module: WebgpuModule,
  gpu: Gpu,
  adapter: Adapter,
): Promise<tf.KernelBackend> {
  const device = await adapter.requestDevice({
    requiredFeatures: ["timestamp-query"].filter((feature) => adapter.features.has(feature)), // for `tf.time`
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
  });
  const NodeBackend = nodeBackend(module.WebGPUBackend);
  return withNavigator(gpu, () => new NodeBackend(gpu, device, adapter));
}

/** Fetches the values that are on the graphics processor, so that the next backend can take them over. */
export async function downloadTensors(backend: unknown): Promise<void> {
  await (backend as { download?(): Promise<void> } | undefined)?.download?.();
}

function nodeBackend(WebGPUBackend: WebgpuModule["WebGPUBackend"]) {
  return class NodeWebGPUBackend extends WebGPUBackend {
    /** All tensors, with the numbers that they were made from for as long as these are still their values. */
    readonly #made = new Map<tf.DataId, Values | undefined>();
    readonly #device: Device;

    /** @param gpu the object that Dawn gave; it is kept here, as Dawn lives as long as there is a reference to it */
    constructor(
      readonly gpu: Gpu,
      device: Device,
      readonly adapter: Adapter,
    ) {
      super(device, adapter.info);
      this.#device = device;
      this.#watchErrors();
    }

    override write(...args: Parameters<tf.KernelBackend["write"]>): tf.DataId {
      const id = super.write(...args);
      this.#made.set(id, args[0] as Values | undefined);
      return id;
    }

    override move(...args: Parameters<tf.KernelBackend["move"]>): void {
      super.move(...args);
      this.#made.set(args[0], args[1] as Values | undefined);
    }

    override disposeData(id: tf.DataId, force?: boolean): boolean {
      const gone = super.disposeData(id, force);
      if (gone) this.#made.delete(id);
      return gone;
    }

    override runWebGPUProgram(...args: Parameters<StockBackend["runWebGPUProgram"]>): tf.TensorInfo {
      const output = args[4];
      if (output) this.#made.set(output.dataId, undefined);
      return super.runWebGPUProgram(...args);
    }

    override readSync(id: tf.DataId): Values {
      const { values, resource } = this.tensorMap.get(id);
      if (values || !resource) return super.readSync(id);
      const made = this.#made.get(id);
      if (made) return made;
      throw new Error(
        'the engine "webgpu" cannot read a tensor at once under Node.js; use `await tensor.data()` for `dataSync`',
      );
    }

    override async read(id: tf.DataId): Promise<Values> {
      if (this.tensorMap.get(id).values || this.#made.get(id)) return this.readSync(id);
      const reading = super.read(id).catch((error: Error) => error);
      const problems = await this.#errorsSinceLastRead();
      const result = await reading;
      if (problems.length > 0) throw new Error(`webgpu: ${problems[0].split("\n")[0]}`);
      if (result instanceof Error) throw result;
      return result;
    }

    async download(): Promise<void> {
      for (const [id, made] of [...this.#made]) {
        const { values, resource } = this.tensorMap.get(id);
        if (!values && !made && resource) await this.read(id);
      }
    }

    #watchErrors(): void {
      for (const kind of errorKinds) this.#device.pushErrorScope(kind);
    }

    async #errorsSinceLastRead(): Promise<string[]> {
      const popped = errorKinds.map(() => this.#device.popErrorScope());
      this.#watchErrors();
      const errors = await Promise.all(popped);
      return errors.flatMap((error) => (error ? [error.message] : []));
    }
  };
}
