/**
 * Bilinear look-ups in maps, one row of pixels at a time: where uvs fall among the texels, the values there, and the
 * gradients to the texels and to the places.
 *
 * These are loops over short arrays, which stay in the processor's cache. Calling a function for each pixel would
 * cost more: V8 boxes fractions that go through a record or a call, unless it inlines the call.
 */
import type { NumericArray } from "../../base/engine/kernel-array.js";

/** The numbers of a row, float32 or float64. */
export type Row = NumericArray | Float64Array;

/** The layout of a map, [B, U, V, C]; B is 1 if the whole batch shares it. */
export interface TexelGrid {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** The offset from one item of the batch to the next, 0 if the items share the map. */
  readonly item: number;
  /** The offsets from the top left of four texels to its neighbours; 0 if the map is one texel wide or high. */
  readonly right: number;
  readonly down: number;
}

export function texelGrid([batch, rows, columns, channels]: readonly number[]): TexelGrid {
  const item = batch === 1 ? 0 : rows * columns * channels;
  const right = columns > 1 ? channels : 0;
  const down = rows > 1 ? columns * channels : 0;
  return { rows, columns, channels, item, right, down };
}

/** The places where the pixels of a row fall; they are overwritten for each row. */
export interface TexelPlaces {
  /** The offset of the top left of the four texels. */
  readonly texel: Int32Array;
  /** How far the place is from left to right and from top to bottom, 0 to 1. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The number of texels for a step of 1 in u and in v; 0 where clamped. */
  readonly perU: Float64Array;
  readonly perV: Float64Array;
}

/** @param length the most pixels of a row */
export function createTexelPlaces(length: number): TexelPlaces {
  const numbers = () => new Float64Array(length);
  return { texel: new Int32Array(length), x: numbers(), y: numbers(), perU: numbers(), perV: numbers() };
}

/**
 * Finds the places of uvs. Texel centres are at +0.5; beyond the outer centres the border value is repeated. A uv
 * that is NaN gets a place that is NaN, between texels that exist.
 * @param uv u and v of each pixel, 0 to 1 over the whole map, [count * 2]
 * @param start the offset of the item's map
 */
export function placeTexels(
  uv: Row,
  count: number,
  { rows, columns, channels }: TexelGrid,
  start: number,
  { texel, x, y, perU, perV }: TexelPlaces,
): void {
  const [lastColumn, lastRow] = [columns - 1, rows - 1];
  for (let i = 0; i < count; i++) {
    // In double precision: rounding must not move a sample across a texel's edge, where the gradient jumps.
    const wantedX = uv[2 * i] * columns - 0.5;
    const wantedY = uv[2 * i + 1] * rows - 0.5;
    const atX = wantedX < 0 ? 0 : wantedX > lastColumn ? lastColumn : wantedX;
    const atY = wantedY < 0 ? 0 : wantedY > lastRow ? lastRow : wantedY;
    let column = atX | 0;
    if (column === lastColumn && column > 0) column--;
    let row = atY | 0;
    if (row === lastRow && row > 0) row--;
    texel[i] = start + (row * columns + column) * channels;
    x[i] = atX - column;
    y[i] = atY - row;
    perU[i] = atX === wantedX ? columns : 0;
    perV[i] = atY === wantedY ? rows : 0;
  }
}

/**
 * Blends the map's values at the places.
 * @param to the values; pixel `i` of the row is at `where[i]`, [... * C]
 */
export function blendTexels(
  map: NumericArray,
  { channels, right, down }: TexelGrid,
  { texel, x, y }: TexelPlaces,
  count: number,
  to: Row,
  where: Int32Array,
): void {
  for (let i = 0; i < count; i++) {
    const q00 = (1 - x[i]) * (1 - y[i]);
    const q01 = x[i] * (1 - y[i]);
    const q10 = (1 - x[i]) * y[i];
    const q11 = x[i] * y[i];
    const o = where[i] * channels;
    for (let c = 0, t = texel[i]; c < channels; c++, t++) {
      to[o + c] = q00 * map[t] + q01 * map[t + right] + q10 * map[t + down] + q11 * map[t + down + right];
    }
  }
}

/**
 * Adds the gradient to the texels.
 * @param g gradient to the values; pixel `i` of the row is at `where[i]`
 */
export function scatterToTexels(
  g: Row,
  where: Int32Array,
  { channels, right, down }: TexelGrid,
  { texel, x, y }: TexelPlaces,
  count: number,
  sum: NumericArray,
): void {
  for (let i = 0; i < count; i++) {
    const q00 = (1 - x[i]) * (1 - y[i]);
    const q01 = x[i] * (1 - y[i]);
    const q10 = (1 - x[i]) * y[i];
    const q11 = x[i] * y[i];
    const o = where[i] * channels;
    for (let c = 0, t = texel[i]; c < channels; c++, t++) {
      const value = g[o + c];
      sum[t] += q00 * value;
      sum[t + right] += q01 * value;
      sum[t + down] += q10 * value;
      sum[t + down + right] += q11 * value;
    }
  }
}

/**
 * Adds the gradient to u and v.
 * @param sum the sums; pixel `i` of the row is at `where[i]`, as in `g`
 */
export function addUvSlopes(
  g: Row,
  where: Int32Array,
  map: NumericArray,
  { channels, right, down }: TexelGrid,
  { texel, x, y, perU, perV }: TexelPlaces,
  count: number,
  sum: Row,
): void {
  for (let i = 0; i < count; i++) {
    let alongX = 0;
    let alongY = 0;
    const o = where[i] * channels;
    for (let c = 0, t = texel[i]; c < channels; c++, t++) {
      const t00 = map[t];
      const t01 = map[t + right];
      const t10 = map[t + down];
      const t11 = map[t + down + right];
      alongX += g[o + c] * ((t01 - t00) * (1 - y[i]) + (t11 - t10) * y[i]);
      alongY += g[o + c] * ((t10 - t00) * (1 - x[i]) + (t11 - t01) * x[i]);
    }
    sum[2 * where[i]] += alongX * perU[i];
    sum[2 * where[i] + 1] += alongY * perV[i];
  }
}
