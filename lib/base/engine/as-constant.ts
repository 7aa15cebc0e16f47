/** A constant to the tape: nothing is differentiated through it, and so nothing learns through it. */
import * as tf from "@tensorflow/tfjs";

/** @returns the result of `compute`; its gradient is 0 */
export function asConstant<T extends tf.Tensor>(compute: () => T): T {
  // To the tape, a custom operation without inputs is a constant; what happens inside is not recorded.
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
