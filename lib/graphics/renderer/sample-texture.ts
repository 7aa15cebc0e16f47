/** Looks up a texture map at uv coordinates: bilinear, texel centres at +0.5, clamped at the border. */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../base/engine/define-op.js";
import type { KernelArray } from "../../base/engine/kernel-array.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import {
  addUvSlopes,
  blendTexels,
  createTexelPlaces,
  placeTexels,
  scatterToTexels,
  type TexelGrid,
  type TexelPlaces,
  texelGrid,
} from "./texels.js";
import {
  sampleTextureOnWebgpu,
  textureGradientOnWebgpu,
  uvGradientOnWebgpu,
} from "./webgpu/sample-texture.js";

/**
 * Differentiable in `texture` and `uv`. Beyond the centres of the outer texels the border value is repeated and the
 * uv gradient is 0. A uv that is NaN gives values that are NaN.
 * @param texture [B, U, V, C], or [1, U, V, C] for the whole batch; origin top left
 * @param uv u to the right and v down, both 0 to 1 over the whole texture, [B, H, W, 2]
 * @param mask [B, H, W, 1]; where it is 0 nothing is looked up, and the result and all gradients are 0
 * @returns [B, H, W, C]
 */
export function sampleTexture(texture: tf.Tensor4D, uv: tf.Tensor4D, mask?: tf.Tensor4D): tf.Tensor4D {
  checkShapes("sampleTexture", {
    texture: [texture, ["A", "U", "V", "C"]],
    uv: [uv, ["B", "H", "W", 2]],
    ...(mask && { mask: [mask, ["B", "H", "W", 1]] as const }),
  });
  const batch = texture.shape[0];
  const expected = uv.shape[0];
  if (batch !== 1 && batch !== expected) {
    throw new Error(`sampleTexture: \`texture\` should have a batch of 1 or ${expected} but has ${batch}.`);
  }
  return tf.tidy(() => {
    const everywhere = mask ?? tf.ones<tf.Rank.R4>([...uv.shape.slice(0, 3), 1] as typeof uv.shape);
    return sampleOp([texture, uv, everywhere], {})[0] as tf.Tensor4D;
  });
}

const sampleOp = defineOp({
  name: "SampleTexture",
  inputs: ["texture", "uv", "mask"],
  outputs: ([texture, uv]) => [{ shape: [...uv.slice(0, 3), texture[3]], dtype: "float32" }],
  webgpu: sampleTextureOnWebgpu,
  run: ([texture, uv, mask], [out]) => {
    forEachRow(texture, uv, mask, (grid, at, count, pixel) => {
      blendTexels(texture.values, grid, at, count, out.values, pixel);
    });
  },
  gradient: ([dy], saved) => ({
    texture: () => textureGradient([dy, ...saved], {})[0],
    uv: () => uvGradient([dy, ...saved], {})[0],
    mask: () => tf.zerosLike(saved[2]),
  }),
});

const textureGradient = defineOp({
  name: "SampleTextureTextureGradient",
  inputs: ["dy", "texture", "uv", "mask"],
  outputs: ([, texture]) => [{ shape: texture, dtype: "float32" }],
  webgpu: textureGradientOnWebgpu,
  run: ([dy, texture, uv, mask], [out]) => {
    forEachRow(texture, uv, mask, (grid, at, count, pixel) => {
      scatterToTexels(dy.values, pixel, grid, at, count, out.values);
    });
  },
});

const uvGradient = defineOp({
  name: "SampleTextureUvGradient",
  inputs: ["dy", "texture", "uv", "mask"],
  outputs: ([, , uv]) => [{ shape: uv, dtype: "float32" }],
  webgpu: uvGradientOnWebgpu,
  run: ([dy, texture, uv, mask], [out]) => {
    forEachRow(texture, uv, mask, (grid, at, count, pixel) => {
      addUvSlopes(dy.values, pixel, texture.values, grid, at, count, out.values);
    });
  },
});

/**
 * Visits each row of each picture with the places and the numbers of its pixels that are looked up, and how many
 * these are.
 */
function forEachRow(
  texture: KernelArray,
  uv: KernelArray,
  mask: KernelArray,
  visit: (grid: TexelGrid, at: TexelPlaces, count: number, pixel: Int32Array) => void,
): void {
  const grid = texelGrid(texture.shape);
  const [batch, height, width] = uv.shape;
  const at = createTexelPlaces(width);
  const pixel = new Int32Array(width);
  const wanted = new Float32Array(2 * width);
  for (let n = 0, p = 0; n < batch; n++) {
    for (let line = 0; line < height; line++) {
      let count = 0;
      for (const end = p + width; p < end; p++) {
        if (mask.values[p] === 0) continue;
        wanted[2 * count] = uv.values[2 * p];
        wanted[2 * count + 1] = uv.values[2 * p + 1];
        pixel[count++] = p;
      }
      placeTexels(wanted, count, grid, n * grid.item, at);
      visit(grid, at, count, pixel);
    }
  }
}
