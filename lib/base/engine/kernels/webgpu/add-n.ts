/**
 * AddN for tfjs's webgpu backend. tfjs's own kernel binds all inputs to one shader. On many adapters a shader has
 * room for 7 inputs beside the output; with more, as in a sum over all parameters of a network, nothing is computed
 * and the sum is 0.
 */
import * as tf from "@tensorflow/tfjs";

/** Registers the kernel in the place of tfjs's own, which it calls for a few inputs at a time. */
export function registerAddN(): void {
  const stock = tf.getKernel("AddN", "webgpu");
  tf.unregisterKernel("AddN", "webgpu");
  tf.registerKernel({ ...stock, kernelFunc: (call) => addN(call as unknown as AddNCall, stock.kernelFunc) });
}

interface AddNCall {
  readonly inputs: readonly tf.TensorInfo[];
  readonly backend: tf.KernelBackend & {
    readonly device: { readonly limits: { readonly maxStorageBuffersPerShaderStage: number } };
  };
}

function addN({ inputs, backend }: AddNCall, stock: tf.KernelFunc): tf.TensorInfo {
  const room = backend.device.limits.maxStorageBuffersPerShaderStage - 1; // one is the output's
  const few = (some: readonly tf.TensorInfo[]) =>
    stock({ inputs: some as unknown as tf.NamedTensorInfoMap, backend }) as tf.TensorInfo;
  let sum = few(inputs.slice(0, room));
  for (let next = room; next < inputs.length; next += room - 1) {
    const before = sum;
    sum = few([before, ...inputs.slice(next, next + room - 1)]);
    backend.disposeData(before.dataId);
  }
  return sum;
}
