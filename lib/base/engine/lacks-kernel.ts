/** Whether the prepared engine lacks a kernel: then the same is composed of operations that it has. */
import * as tf from "@tensorflow/tfjs";

/** @param kernel the name under which `defineOp` registered it */
export function lacksKernel(kernel: string): boolean {
  const engine = tf.getBackend(); // empty where none is prepared: tfjs then takes `cpu`
  return engine !== "" && !tf.getKernel(kernel, engine);
}
