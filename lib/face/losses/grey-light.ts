/**
 * Keeps the light nearly grey: each number of the light stays near its mean over the three colours. Without this term
 * the other losses cannot tell red skin from red light, or dark skin from dark light. The paper does not have it; the
 * authors' code has it for each texel, Deep3D (the paper's reference 6) for the coarse light.
 */
import * as tf from "@tensorflow/tfjs";
import { asConstant } from "../../base/engine/as-constant.js";
import { defineOp } from "../../base/engine/define-op.js";
import { lacksKernel } from "../../base/engine/lacks-kernel.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { bandCount, lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { everywhere } from "./illumination-regularisation.js";
import { type Distance, maskBatch, maskedDifference } from "./masked-difference.js";

/**
 * The mean of `(L[c, b] − 1/3 Σ_c L[c, b])²` over texels, colours and bands. Differentiable in the light.
 * @param light SH coefficients, colour-major: detailed [B, U, U, 27], or one light for each face [B, 27]
 * @param uvMask for a detailed light: `M_uv`, [1 or B, U, U, 1]; by default every texel counts
 * @param distance `"square"` if not given
 */
export function greyLightLoss(
  light: tf.Tensor2D | tf.Tensor4D,
  uvMask?: tf.Tensor4D,
  distance: Distance = "square",
): tf.Scalar {
  return tf.tidy(() => {
    const { map, mask } = lightMap("greyLightLoss", light, uvMask);
    // Differences from a mean add up to 0, so with squares no gradient comes through the mean. This saves half the work.
    const means = distance === "square" ? asConstant(() => colourMeans(map)) : colourMeans(map);
    return maskedDifference(map, means, mask, { distance });
  });
}

/** A light of either kind as a map, with its mask. @throws if their shapes do not agree */
export function lightMap(
  functionName: string,
  light: tf.Tensor2D | tf.Tensor4D,
  uvMask?: tf.Tensor4D,
): { map: tf.Tensor4D; mask: tf.Tensor4D } {
  const detailed = light.rank === 4;
  checkShapes(functionName, { light: [light, detailed ? ["B", "U", "U", lightSize] : ["B", lightSize]] });
  const map = detailed ? (light as tf.Tensor4D) : everywhere(light as tf.Tensor2D);
  if (uvMask) {
    checkShapes(functionName, {
      light: [map, ["B", "U", "U", lightSize]],
      uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
    });
  }
  return { map, mask: uvMask ?? tf.ones([1, map.shape[1], map.shape[2], 1]) };
}

/** Each number replaced by its mean over the colours. */
function colourMeans(light: tf.Tensor4D): tf.Tensor4D {
  if (lacksKernel(name)) return colourMeansComposed(light);
  return colourMeansOp([light], {})[0] as tf.Tensor4D;
}

/** The same from tfjs's operations, one after the other: the reference in tests, and for engines that lack the loop. */
export function colourMeansComposed(light: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const colours = tf.split(light, 3, 3);
    const mean = tf.div(tf.addN(colours), 3);
    return tf.concat([mean, mean, mean], 3) as tf.Tensor4D;
  });
}

const name = "ColourMeansOfLight";

const colourMeansOp = defineOp({
  name,
  inputs: ["light"],
  outputs: ([light]) => [{ shape: light, dtype: "float32" }],
  run([light], [out]) {
    const [from, to] = [light.values, out.values];
    for (let start = 0; start < from.length; start += lightSize) {
      for (let i = start; i < start + bandCount; i++) {
        const mean = (from[i] + from[i + bandCount] + from[i + 2 * bandCount]) / 3;
        to[i] = mean;
        to[i + bandCount] = mean;
        to[i + 2 * bandCount] = mean;
      }
    }
  },
  // Averaging is its own transpose.
  gradient: ([dy]) => ({ light: () => colourMeans(dy as tf.Tensor4D) }),
});
