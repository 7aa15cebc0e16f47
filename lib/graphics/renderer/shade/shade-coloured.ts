/**
 * Does what `shade-textured.ts` does, for an albedo at the vertices and one light: interpolation and the paper's Eq.
 * 3 in one loop forward and one loop for all gradients. The values are those of `interpolate` and `shade`.
 */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../../base/engine/define-op.js";
import type { KernelArray } from "../../../base/engine/kernel-array.js";
import { lacksKernel } from "../../../base/engine/lacks-kernel.js";
import { checkShapes } from "../../../base/tensor/check-shapes.js";
import { bandCount, lightSize } from "../../scene/spherical-harmonics.js";
import type { Fragments } from "../fragments.js";
import { interpolate } from "../interpolate.js";
import { writeNormalSlope } from "../surface-basis.js";
import { type LightOfRow, type LitRow, lightOfRow } from "./light-of-row.js";
import { lightRow, lightRowGradient } from "./lit-row.js";
import { shade } from "./shade.js";
import { multiplyColours } from "./shade-textured-gradient.js";
import {
  type CornerAttributes,
  cornerAttributes,
  interpolateRow,
  readSurface,
  type SurfaceRow,
  spreadRow,
  surfaceRow,
} from "./surface-row.js";

/** A mesh with a colour a vertex; a tensor with a batch of 1 serves the whole batch of the fragments. */
export interface ColouredSurface {
  readonly fragments: Fragments;
  /** Of any length, [B, N, 3]. */
  readonly normals: tf.Tensor3D;
  /** int32, [F, 3]. */
  readonly triangles: tf.Tensor2D;
  /** [B, N, 3]. */
  readonly albedo: tf.Tensor3D;
  /** SH coefficients, colour-major, [B, 27]. */
  readonly light: tf.Tensor2D;
}

/**
 * Computes the lit colours of the surface. Differentiable in barycentrics, normals, albedo and light.
 * @returns not clipped, 0 where empty or where the normal is 0, [B, H, W, 3]
 */
export function shadeColoured(surface: ColouredSurface): tf.Tensor4D {
  const { fragments, normals, triangles, albedo, light } = surface;
  const { barycentrics, triangleId } = fragments;
  checkShapes("shadeColoured", {
    barycentrics: [barycentrics, ["B", "H", "W", 3]],
    triangleId: [triangleId, ["B", "H", "W"]],
    normals: [normals, ["normals' batch", "N", 3]],
    triangles: [triangles, ["F", 3]],
    albedo: [albedo, ["albedo's batch", "N", 3]],
    light: [light, ["light's batch", lightSize]],
  });
  const expected = triangleId.shape[0];
  for (const [argument, { shape }] of Object.entries({ normals, albedo, light })) {
    if (shape[0] === 1 || shape[0] === expected) continue;
    throw new Error(
      `shadeColoured: \`${argument}\` should have a batch of 1 or ${expected} but has ${shape[0]}.`,
    );
  }
  if (lacksKernel(name)) return shadeColouredComposed(surface);
  return shadeColouredOp([barycentrics, triangleId, triangles, normals, albedo, light], {})[0] as tf.Tensor4D;
}

/**
 * Computes the same by one operation after the other: the reference in tests, and for engines that lack the fused
 * one.
 */
export function shadeColouredComposed(surface: ColouredSurface): tf.Tensor4D {
  const { fragments, normals, triangles, albedo, light } = surface;
  return tf.tidy(() =>
    shade(interpolate(albedo, fragments, triangles), interpolate(normals, fragments, triangles), light),
  );
}

const name = "ShadeColoured";
const inputs = ["barycentrics", "triangleId", "triangles", "normals", "albedo", "light"];

const shadeColouredOp = defineOp({
  name,
  inputs,
  outputs: ([barycentrics]) => [{ shape: barycentrics, dtype: "float32" }],
  run: writeColours,
  gradient: (dy, saved) => {
    // All gradients are computed at once, as in `shade-textured.ts`, so that the loop runs once.
    const [barycentrics, normals, albedo, light] = shadeColouredGradient([...dy, ...saved], {});
    return {
      barycentrics: () => barycentrics,
      normals: () => normals,
      albedo: () => albedo,
      light: () => light,
    };
  },
});

const shadeColouredGradient = defineOp({
  name: "ShadeColouredGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, barycentrics, , , normals, albedo, light]) =>
    [barycentrics, normals, albedo, light].map((shape) => ({ shape, dtype: "float32" }) as const),
  run: writeGradients,
});

interface ColouredRow extends SurfaceRow {
  readonly colours: CornerAttributes;
  /** [width * 3] */
  readonly albedo: Float64Array;
  readonly light: LightOfRow;
}

function colouredRow([barycentrics, triangleId, triangles, ...rest]: readonly KernelArray[]): ColouredRow {
  const [normals, albedo, light] = rest;
  const surface = surfaceRow(barycentrics, triangleId, cornerAttributes(normals, triangles));
  return {
    ...surface,
    colours: cornerAttributes(albedo, triangles),
    albedo: new Float64Array(3 * surface.width),
    light: lightOfRow(light, surface.width),
  };
}

function writeColours(given: readonly KernelArray[], [{ values: to }]: readonly KernelArray[]): void {
  const row = colouredRow(given);
  const { batch, height, width, pixel, albedo } = row;
  const shading = new Float64Array(3 * width);
  for (let n = 0; n < batch; n++) {
    for (let line = 0; line < height; line++) {
      const count = readSurface(row, n, line);
      interpolateRow(row, row.colours, n, count, albedo);
      lightRow(row.light, n, row.basis, count, shading);
      for (let i = 0; i < count; i++) {
        for (let c = 0; c < 3; c++) to[3 * pixel[i] + c] = albedo[3 * i + c] * shading[3 * i + c];
      }
    }
  }
}

function writeGradients(
  [dy, ...given]: readonly KernelArray[],
  [dBarycentrics, dNormals, dColours, dLight]: readonly KernelArray[],
): void {
  const row = colouredRow(given);
  const { batch, height, width, pixel, basis, albedo } = row;
  const triples = () => new Float64Array(3 * width);
  const [dAlbedo, dNormal] = [triples(), triples()];
  const dBasis = new Float64Array(bandCount * width);
  const lit: LitRow = { basis, shading: triples(), dShading: triples(), dBasis, dUv: new Float64Array(0) };
  const lightSum = new Float64Array(dLight.values.length); // a sum over all pixels: in double precision
  for (let n = 0; n < batch; n++) {
    for (let line = 0; line < height; line++) {
      const count = readSurface(row, n, line);
      interpolateRow(row, row.colours, n, count, albedo);
      multiplyColours(dy.values, pixel, albedo, count, lit.dShading);
      lightRowGradient(row.light, n, count, lit, lightSum);
      multiplyColours(dy.values, pixel, lit.shading, count, dAlbedo);
      for (let i = 0; i < count; i++) writeNormalSlope(row.normal, 3 * i, dBasis, bandCount * i, dNormal);
      spreadRow(row, row.normals, n, count, dNormal, dNormals.values, dBarycentrics.values);
      spreadRow(row, row.colours, n, count, dAlbedo, dColours.values, dBarycentrics.values);
    }
  }
  dLight.values.set(lightSum);
}
