/**
 * Interpolates uvs and normals, looks up albedo and light, and applies the paper's Eq. 3, in one loop forward and one
 * loop for all gradients; the second computes again what the first one knew. The values are those of `interpolate`,
 * `sampleTexture` and `shade`, one after the other, which stay the reference. The loops spare the tensors between
 * these: 27 numbers a pixel for a map of lights, and twice that in the gradient.
 */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../../base/engine/define-op.js";
import type { KernelArray } from "../../../base/engine/kernel-array.js";
import { lacksKernel } from "../../../base/engine/lacks-kernel.js";
import { checkShapes } from "../../../base/tensor/check-shapes.js";
import { lightSize } from "../../scene/spherical-harmonics.js";
import { coverage, type Fragments } from "../fragments.js";
import { interpolate } from "../interpolate.js";
import { sampleTexture } from "../sample-texture.js";
import { blendTexels } from "../texels.js";
import { lightRow } from "./lit-row.js";
import { shade } from "./shade.js";
import { writeTexturedGradients } from "./shade-textured-gradient.js";
import { shadeTexturedGradientOnHeap, shadeTexturedOnHeap } from "./shade-textured-simd.js";
import { readTextured, texturedInputs, texturedRow } from "./textured-row.js";

/** A mesh with what is painted on it; a tensor with a batch of 1 serves the whole batch of the fragments. */
export interface TexturedSurface {
  readonly fragments: Fragments;
  /** Of any length, [B, N, 3]. */
  readonly normals: tf.Tensor3D;
  /** int32, [F, 3]. */
  readonly triangles: tf.Tensor2D;
  /** u right, v down, 0 to 1, [B, M, 2]. */
  readonly uvs: tf.Tensor3D;
  /** Rows of `uvs` of each triangle, int32, [F, 3]. */
  readonly uvTriangles: tf.Tensor2D;
  /** [B, U, V, 3]. */
  readonly albedoMap: tf.Tensor4D;
  /** SH coefficients, colour-major: one light, [B, 27], or a map of lights of any size, [B, U, V, 27]. */
  readonly light: tf.Tensor2D | tf.Tensor4D;
}

/**
 * Computes the lit colours of a textured surface. Differentiable in barycentrics, normals, uvs, albedo map and light.
 * @returns not clipped, 0 where empty or where the normal is 0, [B, H, W, 3]
 */
export function shadeTextured(surface: TexturedSurface): tf.Tensor4D {
  const { fragments, normals, triangles, uvs, uvTriangles, albedoMap, light } = surface;
  const { barycentrics, triangleId } = fragments;
  checkShapes("shadeTextured", {
    barycentrics: [barycentrics, ["B", "H", "W", 3]],
    triangleId: [triangleId, ["B", "H", "W"]],
    normals: [normals, ["normals' batch", "N", 3]],
    triangles: [triangles, ["F", 3]],
    uvTriangles: [uvTriangles, ["F", 3]],
    uvs: [uvs, ["uvs' batch", "M", 2]],
    albedoMap: [albedoMap, ["map's batch", "U", "V", 3]],
  });
  const lightAxes = light.rank === 4 ? ["B", "U", "V", lightSize] : ["B", lightSize];
  checkShapes("shadeTextured", { light: [light, lightAxes] });
  const expected = triangleId.shape[0];
  for (const [argument, { shape }] of Object.entries({ normals, uvs, albedoMap, light })) {
    if (shape[0] === 1 || shape[0] === expected) continue;
    throw new Error(
      `shadeTextured: \`${argument}\` should have a batch of 1 or ${expected} but has ${shape[0]}.`,
    );
  }
  if (lacksKernel(name)) return shadeTexturedComposed(surface);
  const inputs = [barycentrics, triangleId, triangles, normals, uvTriangles, uvs, albedoMap, light];
  return shadeTexturedOp(inputs, {})[0] as tf.Tensor4D;
}

/**
 * Computes the same by one operation after the other: the reference in tests, and for engines that lack the fused
 * one.
 */
export function shadeTexturedComposed(surface: TexturedSurface): tf.Tensor4D {
  const { fragments, normals, triangles, uvs, uvTriangles, albedoMap, light } = surface;
  return tf.tidy(() => {
    const mask = coverage(fragments);
    const uv = interpolate(uvs, fragments, uvTriangles);
    const albedo = sampleTexture(albedoMap, uv, mask);
    const lights = light.rank === 4 ? sampleTexture(light as tf.Tensor4D, uv, mask) : light;
    return shade(albedo, interpolate(normals, fragments, triangles), lights);
  });
}

const name = "ShadeTextured";

const shadeTexturedOp = defineOp({
  name,
  inputs: texturedInputs,
  outputs: ([barycentrics]) => [{ shape: barycentrics, dtype: "float32" }],
  run: (inputs, outputs) => {
    if (!shadeTexturedOnHeap(inputs, outputs)) writeTexturedColours(inputs, outputs);
  },
  gradient: (dy, saved) => {
    // All gradients are computed at once, not input by input, so that the loop runs once. tfjs frees those that it
    // does not ask for with the tape.
    const [barycentrics, normals, uvs, albedoMap, light] = shadeTexturedGradient([...dy, ...saved], {});
    return {
      barycentrics: () => barycentrics,
      normals: () => normals,
      uvs: () => uvs,
      albedoMap: () => albedoMap,
      light: () => light,
    };
  },
});

const shadeTexturedGradient = defineOp({
  name: "ShadeTexturedGradient",
  inputs: ["dy", ...texturedInputs],
  outputs: ([, barycentrics, , , normals, , uvs, albedoMap, light]) =>
    [barycentrics, normals, uvs, albedoMap, light].map((shape) => ({ shape, dtype: "float32" }) as const),
  run: ([dy, ...inputs], outputs) => {
    if (!shadeTexturedGradientOnHeap(dy, inputs, outputs)) writeTexturedGradients(dy, inputs, outputs);
  },
});

function writeTexturedColours(
  inputs: readonly KernelArray[],
  [{ values: to }]: readonly KernelArray[],
): void {
  const row = texturedRow(inputs);
  const { batch, height, width, pixel, albedoMap, albedoGrid, albedoAt, inRow } = row;
  const shading = new Float64Array(3 * width);
  const albedo = new Float64Array(3 * width);
  for (let n = 0; n < batch; n++) {
    for (let line = 0; line < height; line++) {
      const count = readTextured(row, n, line);
      blendTexels(albedoMap, albedoGrid, albedoAt, count, albedo, inRow);
      lightRow(row.light, n, row.basis, count, shading);
      for (let i = 0; i < count; i++) {
        const o = 3 * pixel[i];
        for (let c = 0; c < 3; c++) to[o + c] = albedo[3 * i + c] * shading[3 * i + c];
      }
    }
  }
}
