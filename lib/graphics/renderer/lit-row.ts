/**
 * The light on a row of pixels, `shading_c = Σ_b light[c, b] Φ_b(n)`, from one light or from a map of lights, and the
 * gradients through it, for the loops of `shade-textured.ts` and `shade-coloured.ts`.
 */
import type { KernelArray, NumericArray } from "../../base/engine/define-op.js";
import { gradientToMap, lightFromMap } from "./light-from-map.js";
import { gradientToOne, lightFromOne } from "./light-from-one.js";
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
