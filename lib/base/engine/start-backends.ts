/** Starts the tfjs backends that come with the install. */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import type { StartedEngine } from "./engine-report.js";
import { registerWasmKernels } from "./kernels/wasm/register.js";
import { makeCurrent } from "./make-current.js";

/** Starts WebAssembly; tfjs uses one thread of it under Node.js. */
export async function startWasm(): Promise<StartedEngine> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(dirname(entry) + sep);
  registerWasmKernels();
  await makeCurrent("wasm");
  const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true;
  const description = "WebAssembly, the fastest on a processor without further installs";
  return { description, threads: wasm.getThreadsCount(), simd };
}

/** Starts plain JavaScript, the reference in tests. */
export async function startCpu(): Promise<StartedEngine> {
  await makeCurrent("cpu");
  const description = "plain JavaScript, many times slower than WebAssembly";
  return { description, threads: 1, simd: false };
}
