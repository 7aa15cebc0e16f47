/**
 * The light should be one that real surroundings give: `1/27 (L − μ)ᵀ Σ⁻¹ (L − μ)`, the squared Mahalanobis distance
 * from the light prior, averaged over its numbers. For lights of the prior itself it is 1 on average. This is a variant
 * of ours, in place of the grey-light term or beside it: it knows that light comes from above, and which colours come
 * together.
 */
import * as tf from "@tensorflow/tfjs";
import type { GaussianLight } from "../../graphics/scene/light-prior.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { lightMap } from "./grey-light.js";
import { maskedDifference } from "./masked-difference.js";

/**
 * Differentiable in the light.
 * @param light SH coefficients, colour-major: detailed [B, U, U, 27], or one light for each face [B, 27]
 * @param prior mean [27] and precision [27 * 27], as from `gaussianLight`
 * @param uvMask for a detailed light: `M_uv`, [1 or B, U, U, 1]; by default every texel counts
 * @throws if the precision is not positive
 */
export function lightPriorLoss(
  light: tf.Tensor2D | tf.Tensor4D,
  prior: GaussianLight,
  uvMask?: tf.Tensor4D,
): tf.Scalar {
  return tf.tidy(() => {
    const { map, mask } = lightMap("lightPriorLoss", light, uvMask);
    // With Σ⁻¹ = C Cᵀ this is the plain distance of Cᵀ L from Cᵀ μ, in which all directions count alike.
    const factor = tf.tensor2d(choleskyFactor(prior.precision), [lightSize, lightSize]);
    const whiten = (lights: tf.Tensor4D) =>
      tf.reshape<tf.Rank.R4>(tf.matMul(tf.reshape(lights, [-1, lightSize]), factor), lights.shape);
    return maskedDifference(
      whiten(map),
      whiten(tf.tensor4d(Array.from(prior.mean), [1, 1, 1, lightSize])),
      mask,
    );
  });
}

/** `C`, lower triangular, with `C Cᵀ = matrix`; both [27 * 27], row-major. */
function choleskyFactor(matrix: Float64Array): Float32Array {
  const size = lightSize;
  const c = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j];
      for (let k = 0; k < j; k++) rest -= c[i * size + k] * c[j * size + k];
      if (i === j && !(rest > 0)) {
        throw new Error(`lightPriorLoss: \`prior.precision\` should be positive but is not, in row ${i}.`);
      }
      c[i * size + j] = i === j ? Math.sqrt(rest) : rest / c[j * size + j];
    }
  }
  return Float32Array.from(c);
}
