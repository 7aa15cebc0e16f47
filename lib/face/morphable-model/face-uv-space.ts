/** The flat map of a morphable model's face. */
import { createUvSpace, type UvSpace } from "../../graphics/uv/uv-space.js";
import type { MorphableModel } from "./morphable-model.js";

/**
 * @param size side of the maps, U texels; the paper's is 256
 * @returns the uv space; the caller disposes it
 */
export function uvSpaceOf({ uvs, triangles, data }: MorphableModel, size: number): UvSpace {
  return createUvSpace({ uvs, triangles, skinTriangle: data.skinTriangle }, size);
}
