/**
 * The light on a row of pixels, `shading_c = Σ_b light[c, b] Φ_b(n)`, from one light or from a map of lights, and the
 * gradients through it, for the loops of `shade-textured.ts` and `shade-coloured.ts`.
 */
import type { NumericArray } from "../../../base/engine/kernel-array.js";
import { gradientToMap, lightFromMap } from "./light-from-map.js";
import { gradientToOne, lightFromOne } from "./light-from-one.js";
import type { LightOfRow, LitRow } from "./light-of-row.js";

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
 * Computes shading and gradients at once, as both read the same texels.
 * @param sum the gradient to the light, which is added; it has double precision where one light sums over all pixels
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
