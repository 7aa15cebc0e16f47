/** The light of Eq. 3 on a surface: `Σ_b L_b Φ_b(n)`. */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../../base/engine/define-op.js";
import type { KernelArray } from "../../../base/engine/kernel-array.js";
import { lacksKernel } from "../../../base/engine/lacks-kernel.js";
import { checkShapes } from "../../../base/tensor/check-shapes.js";
import { bandCount, lightSize } from "../../scene/spherical-harmonics.js";
import { lookUpAlbedoComposed } from "./look-up-albedo.js";
import type { SurfacePicture } from "./surface-picture.js";
import { type MapSize, mapSize, type SurfaceTensors } from "./surface-tensors.js";

/**
 * Shades by a map that has one light for each texel. Differentiable in the lights.
 * @param lightMap SH coefficients, colour-major, [B, U, U, 27]
 * @returns [P, 3]
 */
export function shadeByMap(
  lightMap: tf.Tensor4D,
  { texel, fraction, basis }: Pick<SurfaceTensors, "texel" | "fraction" | "basis">,
): tf.Tensor2D {
  checkShapes("shadeByMap", {
    lightMap: [lightMap, ["B", "U", "U", lightSize]],
    fraction: [fraction, ["P", 2]],
    basis: [basis, ["P", bandCount]],
  });
  if (lacksKernel(shadeName)) return shadeByMapComposed(lightMap, { texel, fraction, basis });
  return shadeOp([lightMap, texel, fraction, basis], {})[0] as tf.Tensor2D;
}

/**
 * Shades by one light for each picture; the result is a constant.
 * @param lights SH coefficients, colour-major, one list of 27 a picture
 * @returns [P, 3]
 */
export function shadeByLights(
  lights: readonly ArrayLike<number>[],
  pictures: readonly SurfacePicture[],
  { basis }: Pick<SurfaceTensors, "basis">,
): tf.Tensor2D {
  return tf.tidy(() => {
    let at = 0;
    const parts = pictures.map(({ pixel }, n) => {
      const rows = tf.slice(basis, [at, 0], [pixel.length, bandCount]);
      at += pixel.length;
      return tf.matMul(rows, tf.tensor2d(Float32Array.from(lights[n]), [3, bandCount]), false, true);
    });
    return parts.length === 1 ? parts[0] : tf.concat2d(parts as tf.Tensor2D[], 0);
  }) as tf.Tensor2D;
}

/**
 * The gradient of `shadeByMap`.
 * @param dy gradient to its result, [P, 3]
 * @returns gradient to the lights, [B, U, U, 27]
 */
export function shadeByMapGradient(
  dy: tf.Tensor2D,
  surface: Pick<SurfaceTensors, "texel" | "fraction" | "basis">,
  maps: MapSize,
): tf.Tensor4D {
  const { texel, fraction, basis } = surface;
  if (!lacksKernel(shadeName))
    return shadeGradient([dy, texel, fraction, basis], { ...maps })[0] as tf.Tensor4D;
  const zeros = tf.zeros<tf.Rank.R4>([maps.batch, maps.side, maps.side, lightSize]);
  return tf.grad((map) => shadeByMapComposed(map as tf.Tensor4D, surface))(zeros, dy) as tf.Tensor4D;
}

/** Shades by one operation after the other: the reference in tests, and for engines that lack the loops. */
export function shadeByMapComposed(
  lightMap: tf.Tensor4D,
  surface: Pick<SurfaceTensors, "texel" | "fraction" | "basis">,
): tf.Tensor2D {
  return tf.tidy(() => {
    const lights = tf.reshape(lookUpAlbedoComposed(lightMap, surface), [-1, 3, bandCount]);
    return tf.sum(tf.mul(lights, tf.expandDims(surface.basis, 1)), 2) as tf.Tensor2D;
  });
}

const shadeName = "ShadeByMap";

const shadeOp = defineOp({
  name: shadeName,
  inputs: ["lightMap", "texel", "fraction", "basis"],
  outputs: ([, texel]) => [{ shape: [texel[0], 3], dtype: "float32" }],
  run([lightMap, texel, fraction, basis], [out]) {
    const [from, to, f, t, phi] = valuesOf(lightMap, out, fraction, texel, basis);
    const [right, down] = [lightSize, lightSize * lightMap.shape[1]];
    for (let p = 0; p < t.length; p++) {
      const x = f[2 * p];
      const y = f[2 * p + 1];
      const q00 = (1 - x) * (1 - y);
      const q01 = x * (1 - y);
      const q10 = (1 - x) * y;
      const q11 = x * y;
      let i = t[p] * lightSize;
      for (let c = 0; c < 3; c++) {
        let s00 = 0; // the shading that each of the four texels alone would give
        let s01 = 0;
        let s10 = 0;
        let s11 = 0;
        for (let b = bandCount * p; b < bandCount * (p + 1); b++, i++) {
          const value = phi[b];
          s00 += value * from[i];
          s01 += value * from[i + right];
          s10 += value * from[i + down];
          s11 += value * from[i + down + right];
        }
        to[3 * p + c] = q00 * s00 + q01 * s01 + q10 * s10 + q11 * s11;
      }
    }
  },
  gradient: ([dy], [lightMap, texel, fraction, basis]) => ({
    lightMap: () => shadeGradient([dy, texel, fraction, basis], mapSize(lightMap))[0],
  }),
});

const shadeGradient = defineOp<{ batch: number; side: number }>({
  name: "ShadeByMapGradient",
  inputs: ["dy", "texel", "fraction", "basis"],
  outputs: (_, { batch, side }) => [{ shape: [batch, side, side, lightSize], dtype: "float32" }],
  run([dy, texel, fraction, basis], [out], { side }) {
    const [from, to, f, t, phi] = valuesOf(dy, out, fraction, texel, basis);
    const [right, down] = [lightSize, lightSize * side];
    for (let p = 0; p < t.length; p++) {
      if (from[3 * p] === 0 && from[3 * p + 1] === 0 && from[3 * p + 2] === 0) continue;
      const x = f[2 * p];
      const y = f[2 * p + 1];
      let i = t[p] * lightSize;
      for (let c = 0; c < 3; c++) {
        const g = from[3 * p + c];
        const g00 = (1 - x) * (1 - y) * g;
        const g01 = x * (1 - y) * g;
        const g10 = (1 - x) * y * g;
        const g11 = x * y * g;
        for (let b = bandCount * p; b < bandCount * (p + 1); b++, i++) {
          const value = phi[b];
          to[i] += g00 * value;
          to[i + right] += g01 * value;
          to[i + down] += g10 * value;
          to[i + down + right] += g11 * value;
        }
      }
    }
  },
});

function valuesOf(...arrays: KernelArray[]): KernelArray["values"][] {
  return arrays.map(({ values }) => values);
}
