/** A map of lights on a row of pixels, and its gradients: the 27 numbers of four texels for each pixel. */
import type { NumericArray } from "../../../base/engine/kernel-array.js";
import { bandCount } from "../../scene/spherical-harmonics.js";
import type { TexelGrid } from "../texels.js";
import type { LightOfRow, LitRow } from "./light-of-row.js";

/** Writes the shading, [count * 3]. */
export function lightFromMap(
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

/** Writes the shading and the gradient to `Φ`, and adds the gradients to u, v and the map. */
export function gradientToMap(
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
      let s00 = 0; // the shading that each of the four texels alone would give
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
