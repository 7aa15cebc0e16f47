/**
 * The light on a row of pixels, `shading_c = Σ_b light[c, b] Φ_b(n)`, from one light or from a map of lights, and the
 * gradients through it.
 */
import type { KernelArray, NumericArray } from "../engine/define-op.js";
import { bandCount } from "../scene/spherical-harmonics.js";
import { createTexelPlaces, type TexelGrid, type TexelPlaces, texelGrid } from "./texels.js";

/** One light an item, or a map of lights. */
export interface LightOfRow {
  readonly values: NumericArray;
  /** Of the map of lights; undefined with one light. */
  readonly grid: TexelGrid | undefined;
  /** Where the row's pixels fall in the map. */
  readonly at: TexelPlaces;
  /** Offset from one item of the batch to the next, 0 where they share the light. */
  readonly item: number;
}

/**
 * @param light [B, 27] or [B, U, V, 27], with B 1 where the batch shares it
 * @param width most pixels of a row
 */
export function lightOfRow({ shape, values }: KernelArray, width: number): LightOfRow {
  const grid = shape.length === 4 ? texelGrid(shape) : undefined;
  const item = shape[0] === 1 ? 0 : values.length / shape[0];
  return { values, grid, at: createTexelPlaces(grid ? width : 0), item };
}

/**
 * Writes the shading of the row's pixels.
 * @param basis `Φ` of their normals, [count * 9]
 * @param to [count * 3]
 */
export function lightRow(
  light: LightOfRow,
  item: number,
  basis: Float64Array,
  count: number,
  to: Float64Array,
): void {
  if (light.grid) lightFromMap(light, light.grid, basis, count, to);
  else lightFromOne(light.values, item * light.item, basis, count, to);
}

/**
 * Colour by colour, so that the nine numbers of the light stay in registers; the gradients band by band, likewise. Pixel by
 * pixel `shadeColoured` took 3.3 ms, not 2.7, and its gradients 7.5, not 6.1 (29,324 pixels).
 */
function lightFromOne(
  light: NumericArray,
  start: number,
  basis: Float64Array,
  count: number,
  to: Float64Array,
): void {
  for (let c = 0, k = start; c < 3; c++, k += bandCount) {
    const l0 = light[k];
    const l1 = light[k + 1];
    const l2 = light[k + 2];
    const l3 = light[k + 3];
    const l4 = light[k + 4];
    const l5 = light[k + 5];
    const l6 = light[k + 6];
    const l7 = light[k + 7];
    const l8 = light[k + 8];
    for (let i = 0, o = 0; i < count; i++, o += bandCount) {
      to[3 * i + c] =
        l0 * basis[o] +
        l1 * basis[o + 1] +
        l2 * basis[o + 2] +
        l3 * basis[o + 3] +
        l4 * basis[o + 4] +
        l5 * basis[o + 5] +
        l6 * basis[o + 6] +
        l7 * basis[o + 7] +
        l8 * basis[o + 8];
    }
  }
}

function lightFromMap(
  { values: light, at: { texel, x, y } }: LightOfRow,
  { right, down }: TexelGrid,
  basis: Float64Array,
  count: number,
  to: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const q00 = (1 - x[i]) * (1 - y[i]);
    const q01 = x[i] * (1 - y[i]);
    const q10 = (1 - x[i]) * y[i];
    const q11 = x[i] * y[i];
    const end = bandCount * (i + 1);
    for (let c = 0, t = texel[i]; c < 3; c++) {
      let sum = 0;
      for (let b = end - bandCount; b < end; b++, t++) {
        sum +=
          basis[b] *
          (q00 * light[t] + q01 * light[t + right] + q10 * light[t + down] + q11 * light[t + down + right]);
      }
      to[3 * i + c] = sum;
    }
  }
}

/** What `lightRow` takes and gives, with gradients, for one row. */
export interface LitRow {
  /** `Φ`, [count * 9]. */
  readonly basis: Float64Array;
  /** [count * 3] */
  readonly shading: Float64Array;
  /** Gradient to the shading, [count * 3]. */
  readonly dShading: Float64Array;
  /** Gradient to `Φ`, [count * 9]. */
  readonly dBasis: Float64Array;
  /** Gradient to u and v, added, [count * 2]. */
  readonly dUv: Float64Array;
}

/**
 * Shading and gradients at once, as both read the same texels.
 * @param sum gradient to the light, added; in double precision where one light sums over all pixels
 */
export function lightRowGradient(
  light: LightOfRow,
  item: number,
  count: number,
  lit: LitRow,
  sum: NumericArray | Float64Array,
): void {
  if (light.grid) {
    gradientToMap(light, light.grid, count, lit, sum);
    return;
  }
  lightFromOne(light.values, item * light.item, lit.basis, count, lit.shading);
  gradientToOne(light.values, item * light.item, count, lit, sum);
}

function gradientToOne(
  light: NumericArray,
  start: number,
  count: number,
  { basis, dShading, dBasis }: LitRow,
  sum: NumericArray | Float64Array,
): void {
  for (let b = 0; b < bandCount; b++) {
    const l0 = light[start + b];
    const l1 = light[start + bandCount + b];
    const l2 = light[start + 2 * bandCount + b];
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    for (let i = 0, o = b, p = 0; i < count; i++, o += bandCount, p += 3) {
      const g0 = dShading[p];
      const g1 = dShading[p + 1];
      const g2 = dShading[p + 2];
      const phi = basis[o];
      sum0 += g0 * phi;
      sum1 += g1 * phi;
      sum2 += g2 * phi;
      dBasis[o] = g0 * l0 + g1 * l1 + g2 * l2;
    }
    sum[start + b] += sum0;
    sum[start + bandCount + b] += sum1;
    sum[start + 2 * bandCount + b] += sum2;
  }
}

function gradientToMap(
  { values: light, at: { texel, x, y, perU, perV } }: LightOfRow,
  { right, down }: TexelGrid,
  count: number,
  { basis, shading, dShading, dBasis, dUv }: LitRow,
  sum: NumericArray | Float64Array,
): void {
  dBasis.fill(0, 0, bandCount * count);
  for (let i = 0; i < count; i++) {
    const q00 = (1 - x[i]) * (1 - y[i]);
    const q01 = x[i] * (1 - y[i]);
    const q10 = (1 - x[i]) * y[i];
    const q11 = x[i] * y[i];
    const end = bandCount * (i + 1);
    for (let c = 0, t = texel[i]; c < 3; c++) {
      const g = dShading[3 * i + c];
      let s00 = 0; // the shading by each of the four texels alone
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let b = end - bandCount; b < end; b++, t++) {
        const phi = basis[b];
        const l00 = light[t];
        const l01 = light[t + right];
        const l10 = light[t + down];
        const l11 = light[t + down + right];
        s00 += phi * l00;
        s01 += phi * l01;
        s10 += phi * l10;
        s11 += phi * l11;
        dBasis[b] += g * (q00 * l00 + q01 * l01 + q10 * l10 + q11 * l11);
        const value = g * phi;
        sum[t] += q00 * value;
        sum[t + right] += q01 * value;
        sum[t + down] += q10 * value;
        sum[t + down + right] += q11 * value;
      }
      shading[3 * i + c] = q00 * s00 + q01 * s01 + q10 * s10 + q11 * s11;
      dUv[2 * i] += perU[i] * g * ((s01 - s00) * (1 - y[i]) + (s11 - s10) * y[i]);
      dUv[2 * i + 1] += perV[i] * g * ((s10 - s00) * (1 - x[i]) + (s11 - s01) * x[i]);
    }
  }
}
