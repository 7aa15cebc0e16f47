/** Computes all gradients of `shade-textured.ts` in one loop over the rows. */
import type { KernelArray, NumericArray } from "../../../base/engine/kernel-array.js";
import { bandCount } from "../../scene/spherical-harmonics.js";
import { writeNormalSlope } from "../surface-basis.js";
import { addUvSlopes, blendTexels, scatterToTexels } from "../texels.js";
import type { LitRow } from "./light-of-row.js";
import { lightRowGradient } from "./lit-row.js";
import { spreadRow } from "./surface-row.js";
import { readTextured, texturedRow } from "./textured-row.js";

/**
 * @param dy gradient to the colours, [B, H, W, 3]
 * @param inputs the inputs of the operation
 * @param outputs the gradients to barycentrics, normals, uvs, albedo map and light; they arrive zeroed
 */
export function writeTexturedGradients(
  dy: KernelArray,
  inputs: readonly KernelArray[],
  [dBarycentrics, dNormals, dUvs, dAlbedoMap, dLight]: readonly KernelArray[],
): void {
  const row = texturedRow(inputs);
  const { batch, height, width, albedoMap, albedoGrid, albedoAt, inRow } = row;
  const triples = () => new Float64Array(3 * width);
  const [albedo, dAlbedo, dNormal] = [triples(), triples(), triples()];
  const dUv = new Float64Array(2 * width);
  const dBasis = new Float64Array(bandCount * width);
  const lit: LitRow = { basis: row.basis, shading: triples(), dShading: triples(), dBasis, dUv };
  // One light sums over all pixels: it is summed in double precision.
  const lightSum = row.light.grid ? dLight.values : new Float64Array(dLight.values.length);
  for (let n = 0; n < batch; n++) {
    for (let line = 0; line < height; line++) {
      const count = readTextured(row, n, line);
      blendTexels(albedoMap, albedoGrid, albedoAt, count, albedo, inRow);
      multiplyColours(dy.values, row.pixel, albedo, count, lit.dShading);
      dUv.fill(0, 0, 2 * count);
      lightRowGradient(row.light, n, count, lit, lightSum);
      multiplyColours(dy.values, row.pixel, lit.shading, count, dAlbedo);
      scatterToTexels(dAlbedo, inRow, albedoGrid, albedoAt, count, dAlbedoMap.values);
      addUvSlopes(dAlbedo, inRow, albedoMap, albedoGrid, albedoAt, count, dUv);
      for (let i = 0; i < count; i++) writeNormalSlope(row.normal, 3 * i, dBasis, bandCount * i, dNormal);
      spreadRow(row, row.normals, n, count, dNormal, dNormals.values, dBarycentrics.values);
      spreadRow(row, row.uvs, n, count, dUv, dUvs.values, dBarycentrics.values);
    }
  }
  if (!row.light.grid) dLight.values.set(lightSum);
}

/** @param all colours of the whole batch @param few colours of the row @param to products of the row */
export function multiplyColours(
  all: NumericArray,
  pixel: Int32Array,
  few: Float64Array,
  count: number,
  to: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const o = 3 * pixel[i];
    to[3 * i] = all[o] * few[3 * i];
    to[3 * i + 1] = all[o + 1] * few[3 * i + 1];
    to[3 * i + 2] = all[o + 2] * few[3 * i + 2];
  }
}
