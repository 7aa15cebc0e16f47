/**
 * A row of pixels of a textured surface, and the places where they fall in its maps, for the loops of
 * `shade-textured.ts`.
 */
import type { KernelArray, NumericArray } from "../../../base/engine/kernel-array.js";
import { createTexelPlaces, placeTexels, type TexelGrid, type TexelPlaces, texelGrid } from "../texels.js";
import { type LightOfRow, lightOfRow } from "./light-of-row.js";
import {
  type CornerAttributes,
  cornerAttributes,
  interpolateRow,
  readSurface,
  type SurfaceRow,
  surfaceRow,
} from "./surface-row.js";

/** The inputs of the operation, in its order. */
export const texturedInputs = [
  "barycentrics",
  "triangleId",
  "triangles",
  "normals",
  "uvTriangles",
  "uvs",
  "albedoMap",
  "light",
] as const;

export interface TexturedRow extends SurfaceRow {
  readonly uvs: CornerAttributes;
  /** Single precision, as in a tensor of uvs, so that the composed operations read the same texels. */
  readonly uv: Float32Array;
  readonly albedoMap: NumericArray;
  readonly albedoGrid: TexelGrid;
  readonly albedoAt: TexelPlaces;
  readonly light: LightOfRow;
  /** 0, 1, 2, …: where the covered pixels stand in the row. */
  readonly inRow: Int32Array;
}

/** @param inputs in the order of `texturedInputs` */
export function texturedRow([
  barycentrics,
  triangleId,
  triangles,
  ...rest
]: readonly KernelArray[]): TexturedRow {
  const [normals, uvTriangles, uvs, albedoMap, light] = rest;
  const surface = surfaceRow(barycentrics, triangleId, cornerAttributes(normals, triangles));
  const { width } = surface;
  return {
    ...surface,
    uvs: cornerAttributes(uvs, uvTriangles),
    uv: new Float32Array(2 * width),
    albedoMap: albedoMap.values,
    albedoGrid: texelGrid(albedoMap.shape),
    albedoAt: createTexelPlaces(width),
    light: lightOfRow(light, width),
    inRow: Int32Array.from({ length: width }, (_, i) => i),
  };
}

/** Reads a line of an item's picture. @returns how many of its pixels see a surface that has a normal */
export function readTextured(row: TexturedRow, item: number, line: number): number {
  const count = readSurface(row, item, line);
  const { uvs, uv, albedoGrid, albedoAt, light } = row;
  interpolateRow(row, uvs, item, count, uv);
  placeTexels(uv, count, albedoGrid, item * albedoGrid.item, albedoAt);
  if (light.grid) placeTexels(uv, count, light.grid, item * light.grid.item, light.at);
  return count;
}
