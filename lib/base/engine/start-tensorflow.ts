/**
 * Starts the TensorFlow library through tfjs's Node.js packages, optional peers that the user installs. Each of
 * them registers a backend named "tensorflow" when it is imported.
 */
import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs";
import type { StartedEngine } from "./engine-report.js";
import { EngineAbsentError, type ImportPackage, importOptional } from "./import-optional.js";
import { makeCurrent } from "./make-current.js";

/**
 * The command that installs a package; each fetches the library in an install script, which `.npmrc` here turns off.
 */
const install = "npm install --ignore-scripts=false";

/** The packages, best first. */
const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/**
 * @param importPackage stands in for `import` in tests
 * @throws EngineAbsentError if neither package is installed; another error if none that is installed works
 */
export async function startTensorflow(importPackage?: ImportPackage): Promise<StartedEngine> {
  const failures: string[] = [];
  for (const name of packages) {
    try {
      await load(name, importPackage);
      return await start(name);
    } catch (error) {
      if (!(error instanceof EngineAbsentError)) failures.push((error as Error).message);
    }
  }
  if (failures.length > 0) throw new Error(failures.join("; "));
  const version = tf.version_core;
  throw new EngineAbsentError(
    `neither ${packages.join(" nor ")} is installed: ${install} ${packages[0]}@${version}` +
      ` (without a graphics processor: ${packages[1]}@${version})`,
  );
}

async function load(name: string, importPackage: ImportPackage | undefined): Promise<void> {
  const module = (await importOptional(name, importPackage)) as { version?: Record<string, string> };
  // danfojs-node is installed here with plain tfjs under the name of tfjs-node, which brings no such backend.
  if (!tf.findBackendFactory("tensorflow")) throw new EngineAbsentError(`${name} is not TensorFlow here`);
  const version = module.version?.["tfjs-core"];
  if (version === tf.version_core) return;
  // All copies of tfjs share one list of backends, so a wrong backend must leave it before the right one can come.
  tf.removeBackend("tensorflow");
  throw new Error(`${name} is made for tfjs ${version}; ${install} ${name}@${tf.version_core}`);
}

async function start(name: string): Promise<StartedEngine> {
  await makeCurrent("tensorflow");
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  const where = isUsingGpuDevice ? "the graphics processor" : "the processor";
  return {
    description: `the TensorFlow library of ${name} on ${where}`,
    package: name,
    // TensorFlow takes a thread a core unless it is told otherwise; its builds use vector instructions.
    threads: availableParallelism(),
    simd: true,
  };
}
