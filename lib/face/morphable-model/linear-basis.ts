/** `mean + F θ`, the linear half of Eq. 1 and Eq. 2, kept as tensors. */
import * as tf from "@tensorflow/tfjs";

export interface LinearBasis {
  /** Number of coefficients. */
  readonly size: number;
  /** `F θ` for each sample. @param coefficients [B, size] @returns [B, M * 3]; differentiable in the coefficients */
  apply(coefficients: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/** @param modes F transposed: one displacement field a coefficient, [size, M * 3] row-major */
export function linearBasis(modes: Float32Array, size: number): LinearBasis {
  const rows = tf.tensor2d(modes, [size, modes.length / size]);
  // The gradient needs F itself; a transpose in every step would copy the whole basis.
  const columns = tf.transpose(rows);
  const product = tf.customGrad((coefficients) => ({
    value: tf.matMul(coefficients as tf.Tensor2D, rows),
    gradFunc: (dy: tf.Tensor) => tf.matMul(dy as tf.Tensor2D, columns),
  }));
  return {
    size,
    apply: (coefficients) => product(coefficients) as tf.Tensor2D,
    dispose: () => tf.dispose([rows, columns]),
  };
}
