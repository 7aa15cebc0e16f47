/** Starts the tfjs backends of this version. */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import { registerWasmKernels } from "./kernels/wasm/register.js";
import type { StartedEngine } from "./prepare-engine.js";

/** WebAssembly. tfjs uses one thread under Node.js. */
export async function startWasm(): Promise<StartedEngine> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(dirname(entry) + sep);
  registerWasmKernels();
  await makeCurrent("wasm");
  const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true;
  return { threads: wasm.getThreadsCount(), simd };
}

/** Plain JavaScript: the reference in tests. */
export async function startCpu(): Promise<StartedEngine> {
  await makeCurrent("cpu");
  return { threads: 1, simd: false };
}

async function makeCurrent(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not initialise its ${backend} backend`);
}
