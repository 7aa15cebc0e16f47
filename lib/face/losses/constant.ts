/** What a loss takes as given: to the tape a constant, so that nothing learns through it. */
import * as tf from "@tensorflow/tfjs";

/** @returns the result of `compute`; its gradient is 0 */
export function asConstant<T extends tf.Tensor>(compute: () => T): T {
  // To the tape, a custom operation without inputs is a constant; what happens inside is not recorded.
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
