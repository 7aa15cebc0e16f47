/**
 * From the detail refiner's outputs to the detailed albedo `A′` and the detailed light `L′`, and the gradients back. What
 * the outputs say a difference from is the base:
 *
 * - `direct` is the paper's: the outputs are the maps.
 * - `prior` is a variant of ours: they differ from the prior albedo `A` and the coarse light `L`, so that training starts
 *   from these and not from grey and darkness (`logit-base.ts`).
 * - `texture` is the same with a first guess in place of `A` and `L` (`split-texture.ts`): the fine part of the unwrapped
 *   texture is added to `A`, and `L` is multiplied by its smooth part `g` at each texel.
 * - `bands` has no such rule: the outputs decide, a texel and a band of size, how much of the photo's unexplained detail is
 *   albedo, how much light and how much neither (`bands-base.ts`, of `detail-bands.ts`).
 */
import type { NetworkArrays } from "../../networks/trainable-network.js";
import { bandsBase } from "./bands-base.js";
import type { Base, BaseMaps, DetailMaps } from "./base-maps.js";
import { priorBase, textureBase } from "./logit-base.js";

export const mapBases = ["direct", "prior", "texture", "bands"] as const;
export type MapBase = (typeof mapBases)[number];

const directBase: Base = {
  guess: () => ({}),
  maps: ({ albedo, light }) => ({
    albedo: { ...albedo, values: albedo.values.slice() },
    light: { ...light, values: light.values.slice() },
  }),
  gradients: (_, __, { albedo, light }) => ({ albedo, light }),
};

export const bases: Readonly<Record<MapBase, Base>> = {
  direct: directBase,
  prior: priorBase,
  texture: textureBase,
  bands: bandsBase,
};

/** @param outputs "albedo" [B, U, U, 3] and "light" [B, U, U, 27]; for `bands` also "shares" [B, U, U, 3 K] */
export function detailMaps(outputs: NetworkArrays, prior: BaseMaps, base: MapBase): DetailMaps {
  return bases[base].maps(outputs, prior);
}

/**
 * @param outputs that the maps were made of
 * @param gradients with respect to the maps
 * @returns those with respect to the outputs
 */
export function outputGradients(
  outputs: NetworkArrays,
  prior: BaseMaps,
  base: MapBase,
  gradients: DetailMaps,
): NetworkArrays {
  return bases[base].gradients(outputs, prior, gradients);
}
