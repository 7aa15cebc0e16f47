/**
 * For tests: stands in for `@tensorflow/tfjs-node` without TensorFlow. The backend is named "tensorflow" and computes
 * as `cpu` does. It refuses what the real one, `NodeJSKernelBackend` of 4.22, refuses.
 */
import * as tf from "@tensorflow/tfjs";

/** Registers the backend, as importing the package does. @returns the module */
export function registerStandIn(version = tf.version_core): { version: Record<string, string> } {
  const Cpu = tf.findBackend("cpu").constructor as new () => tf.KernelBackend & {
    data: Pick<Map<object, 0>, "has">;
  };
  class NodeJSKernelBackend extends Cpu {
    readonly isUsingGpuDevice = false;

    override readSync(id: tf.DataId): ReturnType<tf.KernelBackend["readSync"]> {
      // Other backends fetch a tensor that was made elsewhere; the real one throws.
      if (!this.data.has(id)) throw new Error(`Tensor ${id} was not registered!`);
      return super.readSync(id);
    }
  }
  for (const kernel of tf.getKernelsForBackend("cpu")) {
    if (tf.getKernel(kernel.kernelName, "tensorflow")) continue; // one of our kernels
    tf.registerKernel({ ...kernel, backendName: "tensorflow" });
  }
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(), 3);
  return { version: { "tfjs-core": version } };
}

/** Removes the stand-in, so that other tests find the engine absent. The current backend must be another one. */
export function removeStandIn(): void {
  if (tf.findBackendFactory("tensorflow")) tf.removeBackend("tensorflow");
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend("tensorflow")) {
    if (tf.getKernel(kernelName, "cpu")?.kernelFunc === kernelFunc)
      tf.unregisterKernel(kernelName, "tensorflow");
  }
}
