/**
 * A row of pixels of a surface: which of them see it, and the interpolated attributes there. It serves the loops of
 * `shade-textured.ts` and `shade-coloured.ts`, which go through a picture row by row: the data of a row stay in the
 * processor's cache, and the loops stay short enough to read.
 */
import type { KernelArray, NumericArray } from "../../../base/engine/kernel-array.js";
import { bandCount } from "../../scene/spherical-harmonics.js";
import { writeBasis } from "../surface-basis.js";

/** Two or three numbers at each corner of the triangles, [B, N, C]; B is 1 if the whole batch shares them. */
export interface CornerAttributes {
  readonly values: NumericArray;
  /** The rows of the values, [F * 3]. */
  readonly triangles: NumericArray;
  readonly channels: number;
  /** The offset from one item of the batch to the next, 0 if the items share the values. */
  readonly item: number;
}

export function cornerAttributes(attributes: KernelArray, triangles: KernelArray): CornerAttributes {
  const [batch, rows, channels] = attributes.shape;
  const item = batch === 1 ? 0 : rows * channels;
  return { values: attributes.values, triangles: triangles.values, channels, item };
}

/** The row; its covered pixels stand together at the start, and its arrays are overwritten for each row. */
export interface SurfaceRow {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly barycentrics: NumericArray;
  readonly triangleId: NumericArray;
  readonly normals: CornerAttributes;
  /** The covered pixels' numbers in the whole batch. */
  readonly pixel: Int32Array;
  /** Interpolated normals, of any length, [width * 3]. */
  readonly normal: Float64Array;
  /** `Φ` of the normals, [width * 9]. */
  readonly basis: Float64Array;
}

export function surfaceRow(
  barycentrics: KernelArray,
  triangleId: KernelArray,
  normals: CornerAttributes,
): SurfaceRow {
  const [batch, height, width] = triangleId.shape;
  return {
    batch,
    height,
    width,
    barycentrics: barycentrics.values,
    triangleId: triangleId.values,
    normals,
    pixel: new Int32Array(width),
    normal: new Float64Array(3 * width),
    basis: new Float64Array(bandCount * width),
  };
}

/** Reads a line of an item's picture. @returns how many of its pixels see a surface that has a normal */
export function readSurface(row: SurfaceRow, item: number, line: number): number {
  const { triangleId, width, normals, pixel, normal, basis } = row;
  const first = (item * row.height + line) * width;
  let seen = 0;
  for (let p = first; p < first + width; p++) if (triangleId[p] >= 0) pixel[seen++] = p;
  interpolateRow(row, normals, item, seen, normal);
  let count = 0;
  for (let i = 0; i < seen; i++) {
    if (!writeBasis(normal, 3 * i, basis, bandCount * count)) continue;
    if (count < i) normal.copyWithin(3 * count, 3 * i, 3 * i + 3);
    pixel[count++] = pixel[i];
  }
  return count;
}

/** Interpolates attributes for the row's pixels. @param to [count * C] */
export function interpolateRow(
  { pixel, triangleId, barycentrics }: SurfaceRow,
  { values, triangles, channels, item: itemSize }: CornerAttributes,
  item: number,
  count: number,
  to: Float32Array | Float64Array,
): void {
  const start = item * itemSize;
  for (let n = 0, o = 0; n < count; n++, o += channels) {
    const p = pixel[n];
    const t = 3 * triangleId[p];
    const b0 = barycentrics[3 * p];
    const b1 = barycentrics[3 * p + 1];
    const b2 = barycentrics[3 * p + 2];
    const i = start + channels * triangles[t];
    const j = start + channels * triangles[t + 1];
    const k = start + channels * triangles[t + 2];
    to[o] = b0 * values[i] + b1 * values[j] + b2 * values[k];
    to[o + 1] = b0 * values[i + 1] + b1 * values[j + 1] + b2 * values[k + 1];
    if (channels === 3) to[o + 2] = b0 * values[i + 2] + b1 * values[j + 2] + b2 * values[k + 2];
  }
}

/**
 * The gradient of `interpolateRow`: adds to the gradients of the corners' attributes and of the barycentrics.
 * @param g gradient to the row's attributes, [count * C]
 */
export function spreadRow(
  { pixel, triangleId, barycentrics }: SurfaceRow,
  { values, triangles, channels, item: itemSize }: CornerAttributes,
  item: number,
  count: number,
  g: Float64Array,
  sum: NumericArray,
  dBarycentrics: NumericArray,
): void {
  const start = item * itemSize;
  for (let n = 0, from = 0; n < count; n++, from += channels) {
    const p = 3 * pixel[n];
    const g0 = g[from];
    const g1 = g[from + 1];
    const g2 = channels === 3 ? g[from + 2] : 0;
    for (let corner = 0, t = 3 * triangleId[pixel[n]]; corner < 3; corner++, t++) {
      const weight = barycentrics[p + corner];
      const o = start + channels * triangles[t];
      sum[o] += weight * g0;
      sum[o + 1] += weight * g1;
      let along = values[o] * g0 + values[o + 1] * g1;
      if (channels === 3) {
        sum[o + 2] += weight * g2;
        along += values[o + 2] * g2;
      }
      dBarycentrics[p + corner] += along;
    }
  }
}
