/**
 * Brings vertex attributes to pixels: each covered pixel gets the mean of its triangle's corners, weighted by
 * barycentrics.
 */
import type * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../base/engine/define-op.js";
import type { KernelArray } from "../../base/engine/kernel-array.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import type { Fragments } from "./fragments.js";
import {
  interpolateAttributesGradientOnWebgpu,
  interpolateBarycentricsGradientOnWebgpu,
  interpolateOnWebgpu,
} from "./webgpu/interpolate.js";

/**
 * Differentiable in `attributes` and `fragments.barycentrics`.
 * @param attributes the attributes, C numbers a vertex, [B, N, C], or [1, N, C] for the whole batch
 * @param triangles numbers of attribute rows, int32, [F, 3]: the rasterised triangles, or a list in the same order
 *   with its own rows (uvs along a seam)
 * @returns [B, H, W, C], zeros where empty
 */
export function interpolate(
  attributes: tf.Tensor3D,
  { barycentrics, triangleId }: Fragments,
  triangles: tf.Tensor2D,
): tf.Tensor4D {
  checkShapes("interpolate", {
    attributes: [attributes, ["A", "N", "C"]],
    barycentrics: [barycentrics, ["B", "H", "W", 3]],
    triangleId: [triangleId, ["B", "H", "W"]],
    triangles: [triangles, ["F", 3]],
  });
  const batch = attributes.shape[0];
  const expected = triangleId.shape[0];
  if (batch !== 1 && batch !== expected) {
    throw new Error(`interpolate: \`attributes\` should have a batch of 1 or ${expected} but has ${batch}.`);
  }
  return interpolateOp([attributes, barycentrics, triangleId, triangles], {})[0] as tf.Tensor4D;
}

const inputs = ["attributes", "barycentrics", "triangleId", "triangles"];

const interpolateOp = defineOp({
  name: "InterpolateFragments",
  inputs,
  outputs: ([attributes, barycentrics]) => [
    { shape: [...barycentrics.slice(0, 3), attributes[2]], dtype: "float32" },
  ],
  run: ([attributes, barycentrics, ...rest], [out]) => {
    const from = attributes.values;
    const b = barycentrics.values;
    const to = out.values;
    forEachFragment(attributes.shape, rest, (pixel, i, j, k, channels) => {
      const b0 = b[3 * pixel];
      const b1 = b[3 * pixel + 1];
      const b2 = b[3 * pixel + 2];
      for (let c = 0, o = pixel * channels; c < channels; c++, o++) {
        to[o] = b0 * from[i + c] + b1 * from[j + c] + b2 * from[k + c];
      }
    });
  },
  webgpu: interpolateOnWebgpu,
  gradient: ([dy], saved) => ({
    attributes: () => attributesGradient([dy, ...saved], {})[0],
    barycentrics: () => barycentricsGradient([dy, ...saved], {})[0],
  }),
});

const attributesGradient = defineOp({
  name: "InterpolateFragmentsAttributesGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, attributes]) => [{ shape: attributes, dtype: "float32" }],
  webgpu: interpolateAttributesGradientOnWebgpu,
  run: ([dy, attributes, barycentrics, ...rest], [out]) => {
    const g = dy.values;
    const b = barycentrics.values;
    const sum = out.values;
    forEachFragment(attributes.shape, rest, (pixel, i, j, k, channels) => {
      const b0 = b[3 * pixel];
      const b1 = b[3 * pixel + 1];
      const b2 = b[3 * pixel + 2];
      for (let c = 0, o = pixel * channels; c < channels; c++, o++) {
        sum[i + c] += b0 * g[o];
        sum[j + c] += b1 * g[o];
        sum[k + c] += b2 * g[o];
      }
    });
  },
});

const barycentricsGradient = defineOp({
  name: "InterpolateFragmentsBarycentricsGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, , barycentrics]) => [{ shape: barycentrics, dtype: "float32" }],
  webgpu: interpolateBarycentricsGradientOnWebgpu,
  run: ([dy, attributes, , ...rest], [out]) => {
    const g = dy.values;
    const from = attributes.values;
    const to = out.values;
    forEachFragment(attributes.shape, rest, (pixel, i, j, k, channels) => {
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      for (let c = 0, o = pixel * channels; c < channels; c++, o++) {
        b0 += g[o] * from[i + c];
        b1 += g[o] * from[j + c];
        b2 += g[o] * from[k + c];
      }
      to[3 * pixel] = b0;
      to[3 * pixel + 1] = b1;
      to[3 * pixel + 2] = b2;
    });
  },
});

/** Visits covered pixels with the offsets of their corners' attributes. */
function forEachFragment(
  [attributeBatch, rows, channels]: readonly number[],
  [triangleId, triangles]: readonly KernelArray[],
  visit: (pixel: number, i: number, j: number, k: number, channels: number) => void,
): void {
  const ids = triangleId.values;
  const corners = triangles.values;
  const [batch, height, width] = triangleId.shape;
  for (let n = 0, pixel = 0; n < batch; n++) {
    const start = attributeBatch === 1 ? 0 : n * rows * channels;
    for (let p = 0; p < height * width; p++, pixel++) {
      const t = 3 * ids[pixel];
      if (t < 0) continue;
      const i = start + corners[t] * channels;
      visit(pixel, i, start + corners[t + 1] * channels, start + corners[t + 2] * channels, channels);
    }
  }
}
