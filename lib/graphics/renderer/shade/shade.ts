/**
 * Applies the paper's Eq. 3 to every pixel or texel, in one loop forward and one loop for each gradient: `colour_c =
 * albedo_c Σ_b light[c, b] Φ_b(n)`, with `Φ` from `scene/spherical-harmonics.ts`.
 */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../../base/engine/define-op.js";
import { checkShapes } from "../../../base/tensor/check-shapes.js";
import { bandCount, lightSize } from "../../scene/spherical-harmonics.js";
import { dot, forEachSurface, writeNormalSlope } from "../surface-basis.js";
import {
  albedoGradientOnWebgpu,
  lightGradientOnWebgpu,
  normalsGradientOnWebgpu,
  shadeOnWebgpu,
} from "../webgpu/shade.js";

/**
 * Lights an albedo. Differentiable in all three. Works in image space and in uv space alike.
 * @param albedo [B, H, W, 3]
 * @param normals normals of any length, [B, H, W, 3]; where a normal is 0 (no surface), the result and all gradients
 *   are 0
 * @param light SH coefficients, colour-major, one light an image, [B, 27] or [1, 27], or one a texel, [B, H, W, 27]
 * @returns [B, H, W, 3], not clipped
 */
export function shade(
  albedo: tf.Tensor4D,
  normals: tf.Tensor4D,
  light: tf.Tensor2D | tf.Tensor4D,
): tf.Tensor4D {
  checkShapes("shade", {
    albedo: [albedo, ["B", "H", "W", 3]],
    normals: [normals, ["B", "H", "W", 3]],
    light: [light, light.rank === 4 ? ["B", "H", "W", lightSize] : ["L", lightSize]],
  });
  const batch = light.shape[0];
  const expected = albedo.shape[0];
  if (batch !== 1 && batch !== expected) {
    throw new Error(`shade: \`light\` should have a batch of 1 or ${expected} but has ${batch}.`);
  }
  return shadeOp([albedo, normals, light], {})[0] as tf.Tensor4D;
}

/**
 * Draws the light image, which is the picture of an albedo of 1. Differentiable in both; parameters as in `shade`.
 * @returns [B, H, W, 3]
 */
export function shading(normals: tf.Tensor4D, light: tf.Tensor2D | tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => shade(tf.onesLike(normals), normals, light));
}

const inputs = ["albedo", "normals", "light"];

const shadeOp = defineOp({
  name: "ShadeSphericalHarmonics",
  inputs,
  outputs: ([albedo]) => [{ shape: albedo, dtype: "float32" }],
  webgpu: shadeOnWebgpu,
  run: ([albedo, normals, light], [out]) => {
    const from = albedo.values;
    const lights = light.values;
    const to = out.values;
    forEachSurface(normals, light, (o, l, phi) => {
      for (let c = 0; c < 3; c++) to[o + c] = from[o + c] * dot(lights, l + c * bandCount, phi, 0);
    });
  },
  gradient: ([dy], saved) => ({
    albedo: () => albedoGradient([dy, ...saved], {})[0],
    normals: () => normalsGradient([dy, ...saved], {})[0],
    light: () => lightGradient([dy, ...saved], {})[0],
  }),
});

const albedoGradient = defineOp({
  name: "ShadeSphericalHarmonicsAlbedoGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, albedo]) => [{ shape: albedo, dtype: "float32" }],
  webgpu: albedoGradientOnWebgpu,
  run: ([dy, , normals, light], [out]) => {
    const g = dy.values;
    const lights = light.values;
    const to = out.values;
    forEachSurface(normals, light, (o, l, phi) => {
      for (let c = 0; c < 3; c++) to[o + c] = g[o + c] * dot(lights, l + c * bandCount, phi, 0);
    });
  },
});

const lightGradient = defineOp({
  name: "ShadeSphericalHarmonicsLightGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, , , light]) => [{ shape: light, dtype: "float32" }],
  webgpu: lightGradientOnWebgpu,
  run: ([dy, albedo, normals, light], [out]) => {
    const g = dy.values;
    const from = albedo.values;
    const to = out.values;
    if (light.shape.length === 4) {
      forEachSurface(normals, light, (o, l, phi) => {
        for (let c = 0, k = l; c < 3; c++) {
          const product = g[o + c] * from[o + c];
          for (let b = 0; b < bandCount; b++, k++) to[k] = product * phi[b];
        }
      });
      return;
    }
    const sum = new Float64Array(to.length); // one light for many pixels: in double precision
    forEachSurface(normals, light, (o, l, phi) => {
      for (let c = 0, k = l; c < 3; c++) {
        const product = g[o + c] * from[o + c];
        for (let b = 0; b < bandCount; b++, k++) sum[k] += product * phi[b];
      }
    });
    to.set(sum);
  },
});

const normalsGradient = defineOp({
  name: "ShadeSphericalHarmonicsNormalsGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, , normals]) => [{ shape: normals, dtype: "float32" }],
  webgpu: normalsGradientOnWebgpu,
  run: ([dy, albedo, normals, light], [out]) => {
    const g = dy.values;
    const from = albedo.values;
    const lights = light.values;
    const weights = new Float64Array(bandCount);
    forEachSurface(normals, light, (o, l) => {
      // For the gradient to Φ, the colours weight the bands; then the bands give a slope over the sphere.
      const g0 = g[o] * from[o];
      const g1 = g[o + 1] * from[o + 1];
      const g2 = g[o + 2] * from[o + 2];
      for (let b = 0, k = l; b < bandCount; b++, k++) {
        weights[b] = g0 * lights[k] + g1 * lights[k + bandCount] + g2 * lights[k + 2 * bandCount];
      }
      writeNormalSlope(normals.values, o, weights, 0, out.values);
    });
  },
});
