/** What the light on a row of pixels is made from, and the arrays that hold its values and gradients. */
import type { KernelArray, NumericArray } from "../../../base/engine/kernel-array.js";
import { createTexelPlaces, type TexelGrid, type TexelPlaces, texelGrid } from "../texels.js";

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
