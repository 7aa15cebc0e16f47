/**
 * Starts tfjs's webgpu backend on Dawn, the WebGPU implementation of the npm package `webgpu`. Both packages are
 * optional and imported only here.
 */
import * as tf from "@tensorflow/tfjs";
import type { StartedEngine } from "./engine-report.js";
import { EngineAbsentError, type ImportPackage, importOptional } from "./import-optional.js";
import { registerAddN } from "./kernels/webgpu/add-n.js";
import { registerSines } from "./kernels/webgpu/sine.js";
import { registerUnsortedSegmentSum } from "./kernels/webgpu/unsorted-segment-sum.js";
import { makeCurrent } from "./make-current.js";
import { type Adapter, createWebgpuBackend, type Gpu, type WebgpuModule } from "./webgpu-backend.js";

/** The module of Dawn for Node.js, which gives programs an object like a browser's `navigator.gpu`. */
interface DawnModule {
  create(options: readonly string[]): Gpu;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** The packages that the message names; `lib/package.json` has the same. */
export const webgpuPackages = ["webgpu@0.6.2", "@tensorflow/tfjs-backend-webgpu@4.22.0"] as const;

export interface WebgpuOptions {
  /** Whether software in the place of a graphics processor is accepted; true by default. */
  readonly software?: boolean;
  /** Stands in for `import` in tests. */
  readonly importPackage?: ImportPackage;
}

/** @throws EngineAbsentError if a package is not installed or if the machine has no adapter that is accepted */
export async function startWebgpu({
  software = true,
  importPackage,
}: WebgpuOptions = {}): Promise<StartedEngine> {
  if (!tf.findBackendFactory("webgpu")) await register(software, importPackage);
  // If the program itself registered tfjs's backend, its adapter is not known.
  const { adapter } = (tf.findBackend("webgpu") ?? {}) as { adapter?: Adapter };
  if (adapter) requireHardware(adapter, software);
  await makeCurrent("webgpu");
  const name = adapter ? adapterName(adapter) : "an unknown adapter";
  const what = adapter?.info.isFallbackAdapter
    ? `a software adapter, for tests only: ${name}`
    : `the graphics processor: ${name}`;
  return { description: what, adapter: name, threads: 1, simd: false };
}

async function register(software: boolean, importPackage: ImportPackage | undefined): Promise<void> {
  const [dawn, module] = await importBoth(importPackage);
  // tfjs's backend and its kernels look for the classes and constants of WebGPU among the globals at all times.
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (name in globalThis) continue;
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const gpu = dawn.create([]);
  // Dawn sorts its adapters: a software one comes only where there is no other.
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    const drivers = "a driver for Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows)";
    throw new EngineAbsentError(`WebGPU finds no graphics adapter; it needs ${drivers}`);
  }
  requireHardware(adapter, software);
  const backend = await createWebgpuBackend(module, gpu, adapter);
  registerAddN();
  registerUnsortedSegmentSum();
  registerSines();
  tf.registerBackend("webgpu", () => backend);
}

function requireHardware(adapter: Adapter, software: boolean): void {
  if (software || !adapter.info.isFallbackAdapter) return;
  throw new EngineAbsentError(`WebGPU finds only a software adapter, for tests: ${adapterName(adapter)}`);
}

async function importBoth(importPackage: ImportPackage | undefined): Promise<[DawnModule, WebgpuModule]> {
  try {
    return [
      (await importOptional("webgpu", importPackage)) as DawnModule,
      (await importOptional("@tensorflow/tfjs-backend-webgpu", importPackage)) as WebgpuModule,
    ];
  } catch (error) {
    if (!(error instanceof EngineAbsentError)) throw error;
    throw new EngineAbsentError(`${error.message}: npm install ${webgpuPackages.join(" ")}`);
  }
}

function adapterName({ info: { vendor, architecture, device, description } }: Adapter): string {
  const model = device.replace(/-+$/, "") || architecture;
  return `${model} (${[vendor, description].filter((part) => part !== "").join(", ")})`;
}
