/**
 * The paper's Eq. 3 for every pixel or texel, as one loop forward and one for each gradient:
 * `colour_c = albedo_c Σ_b light[c, b] Φ_b(n)`, with `Φ` from `scene/spherical-harmonics.ts`.
 */
import * as tf from "@tensorflow/tfjs";
import { defineOp, type KernelArray, type NumericArray } from "../engine/define-op.js";
import { bandCount, lightSize, shFactors } from "../scene/spherical-harmonics.js";
import { checkShapes } from "../tensor/check-shapes.js";

/**
 * Lights an albedo. Differentiable in all three. Works in image space and in uv space alike.
 * @param albedo [B, H, W, 3]
 * @param normals of any length, normalised here, [B, H, W, 3]; where a normal is 0 (no surface) the result is 0 and so
 *   is every gradient
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
 * The light image: what the light does to an albedo of 1. Differentiable in both; parameters as in `shade`.
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
  run: ([albedo, normals, light], [out]) => {
    const from = albedo.values;
    const lights = light.values;
    const to = out.values;
    forEachSurface(normals, light, (o, l, phi) => {
      for (let c = 0; c < 3; c++) to[o + c] = from[o + c] * dot(lights, l + c * bandCount, phi);
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
  run: ([dy, , normals, light], [out]) => {
    const g = dy.values;
    const lights = light.values;
    const to = out.values;
    forEachSurface(normals, light, (o, l, phi) => {
      for (let c = 0; c < 3; c++) to[o + c] = g[o + c] * dot(lights, l + c * bandCount, phi);
    });
  },
});

const lightGradient = defineOp({
  name: "ShadeSphericalHarmonicsLightGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, , , light]) => [{ shape: light, dtype: "float32" }],
  run: ([dy, albedo, normals, light], [out]) => {
    const g = dy.values;
    const from = albedo.values;
    // One light for many pixels: sum in double precision.
    const sum = light.shape.length === 2 ? new Float64Array(out.values.length) : out.values;
    forEachSurface(normals, light, (o, l, phi) => {
      for (let c = 0, k = l; c < 3; c++) {
        const product = g[o + c] * from[o + c];
        for (let b = 0; b < bandCount; b++, k++) sum[k] += product * phi[b];
      }
    });
    if (sum !== out.values) out.values.set(sum);
  },
});

const normalsGradient = defineOp({
  name: "ShadeSphericalHarmonicsNormalsGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, , normals]) => [{ shape: normals, dtype: "float32" }],
  run: ([dy, albedo, normals, light], [out]) => {
    const g = dy.values;
    const from = albedo.values;
    const lights = light.values;
    const weights = new Float64Array(bandCount);
    forEachSurface(normals, light, (o, l) => {
      // dΦ: the colours weigh the bands, then the bands give a slope over the sphere.
      const g0 = g[o] * from[o];
      const g1 = g[o + 1] * from[o + 1];
      const g2 = g[o + 2] * from[o + 2];
      for (let b = 0, k = l; b < bandCount; b++, k++) {
        weights[b] = g0 * lights[k] + g1 * lights[k + bandCount] + g2 * lights[k + 2 * bandCount];
      }
      writeNormalSlope(normals.values, o, weights, out.values);
    });
  },
});

/** Visits every pixel that has a normal: offset of its colours, offset of its light, and `Φ(n)`. */
function forEachSurface(
  { values: normals, shape }: KernelArray,
  light: KernelArray,
  visit: (offset: number, lightOffset: number, phi: Float64Array) => void,
): void {
  const [batch, height, width] = shape;
  const perPixel = light.shape.length === 4 ? lightSize : 0;
  const perImage = light.shape[0] === 1 ? 0 : light.values.length / light.shape[0];
  const phi = new Float64Array(bandCount);
  for (let n = 0, o = 0; n < batch; n++) {
    for (let p = 0; p < height * width; p++, o += 3) {
      if (writeBasis(normals, o, phi)) visit(o, n * perImage + p * perPixel, phi);
    }
  }
}

/** Writes `Φ` of the normal, once normalised; false where there is none. */
function writeBasis(normals: NumericArray, o: number, phi: Float64Array): boolean {
  const squared = normals[o] ** 2 + normals[o + 1] ** 2 + normals[o + 2] ** 2;
  if (squared === 0) return false;
  const inverse = 1 / Math.sqrt(squared);
  const x = normals[o] * inverse;
  const y = normals[o + 1] * inverse;
  const z = normals[o + 2] * inverse;
  phi[0] = shFactors.one;
  phi[1] = shFactors.linear * y;
  phi[2] = shFactors.linear * z;
  phi[3] = shFactors.linear * x;
  phi[4] = shFactors.mixed * x * y;
  phi[5] = shFactors.mixed * y * z;
  phi[6] = shFactors.polar * (3 * z * z - 1);
  phi[7] = shFactors.mixed * x * z;
  phi[8] = shFactors.equatorial * (x * x - y * y);
  return true;
}

/** Gradient of `Σ_b weights[b] Φ_b(n/|n|)` to `n`: the slope in space less its part along `n`, over the length. */
function writeNormalSlope(normals: NumericArray, o: number, weights: Float64Array, out: NumericArray): void {
  const inverse = 1 / Math.sqrt(normals[o] ** 2 + normals[o + 1] ** 2 + normals[o + 2] ** 2);
  const x = normals[o] * inverse;
  const y = normals[o + 1] * inverse;
  const z = normals[o + 2] * inverse;
  const { linear, mixed, polar, equatorial } = shFactors;
  const [, wy, wz, wx, wxy, wyz, wzz, wxz, wxxyy] = weights;
  const gx = linear * wx + mixed * (y * wxy + z * wxz) + 2 * equatorial * x * wxxyy;
  const gy = linear * wy + mixed * (x * wxy + z * wyz) - 2 * equatorial * y * wxxyy;
  const gz = linear * wz + mixed * (y * wyz + x * wxz) + 6 * polar * z * wzz;
  const along = gx * x + gy * y + gz * z;
  out[o] = (gx - along * x) * inverse;
  out[o + 1] = (gy - along * y) * inverse;
  out[o + 2] = (gz - along * z) * inverse;
}

/** `Σ_b values[start + b] Φ_b`, written out: a loop of nine takes twice as long. */
function dot(values: NumericArray, start: number, phi: Float64Array): number {
  return (
    values[start] * phi[0] +
    values[start + 1] * phi[1] +
    values[start + 2] * phi[2] +
    values[start + 3] * phi[3] +
    values[start + 4] * phi[4] +
    values[start + 5] * phi[5] +
    values[start + 6] * phi[6] +
    values[start + 7] * phi[7] +
    values[start + 8] * phi[8]
  );
}
