/**
 * From the detail refiner's outputs to the detailed albedo `A′` and the detailed light `L′`, and the gradients back.
 *
 * `direct` is the paper's: the outputs are the maps. `prior` is a variant of ours, in which the outputs say how the maps
 * differ from the prior albedo and the coarse light, so that training starts from these and not from grey and darkness:
 *
 *     A′ = s A / (s A + (1 − s) (1 − A))        L′ = L + l
 *
 * with `s` and `l` the outputs. The first equation adds the logits of `s` and `A`: an output of 1/2 leaves the prior as it is,
 * and every result stays between 0 and 1. `L` also tells how strong the light is, which the network cannot know: its instance
 * norms take the brightness of the input away. `texture` is the same with a first guess in place of `A` and `L`
 * (`split-texture.ts`): the fine part of the unwrapped texture is added to `A`, and `L` is multiplied by its smooth part `g` at
 * each texel.
 */

import { bandCount, lightSize } from "../../graphics/scene/spherical-harmonics.js";
import type { NetworkArray, NetworkArrays } from "../../networks/trainable-network.js";

export const mapBases = ["direct", "prior", "texture"] as const;
export type MapBase = (typeof mapBases)[number];

/** What the outputs differ from, for a batch. */
export interface BaseMaps {
  /** `A`, or what takes its place, [B * U * U * 3]. */
  readonly albedo: Float32Array;
  /** `L`, SH coefficients, colour-major, [B * 27]. */
  readonly light: Float32Array;
  /** `g`: the factor of that light at each texel, by colour, [B * U * U * 3]; 1 if left out. */
  readonly gain?: Float32Array;
}

/** The maps of a batch, in arrays of their own. */
export interface DetailMaps {
  /** `A′`, encoded sRGB, [B, U, U, 3]. */
  readonly albedo: NetworkArray;
  /** `L′`, SH coefficients, colour-major, [B, U, U, 27]. */
  readonly light: NetworkArray;
}

/** The prior is kept this far from 0 and 1, where no output could move it. */
const margin = 0.01;
const inside = (albedo: number) => Math.min(Math.max(albedo, margin), 1 - margin);

/** @param outputs "albedo" [B, U, U, 3] in [0, 1] and "light" [B, U, U, 27] */
export function detailMaps(outputs: NetworkArrays, prior: BaseMaps, base: MapBase): DetailMaps {
  const [albedo, light] = [outputs.albedo.values.slice(), outputs.light.values.slice()];
  if (base !== "direct") {
    for (let i = 0; i < albedo.length; i++) {
      const a = inside(prior.albedo[i]);
      const product = albedo[i] * a;
      albedo[i] = product / (product + (1 - albedo[i]) * (1 - a));
    }
    addLight(light, prior);
  }
  return {
    albedo: { shape: outputs.albedo.shape, values: albedo },
    light: { shape: outputs.light.shape, values: light },
  };
}

/** A loop of its own, as a closure would take three times as long. */
function addLight(light: Float32Array, { light: coarse, gain }: BaseMaps): void {
  const texels = light.length / coarse.length;
  for (let item = 0, i = 0, t = 0; item < coarse.length; item += lightSize) {
    for (const end = t + 3 * texels; t < end; t++) {
      const factor = gain ? gain[t] : 1;
      const from = item + (t % 3) * bandCount;
      for (let b = 0; b < bandCount; b++, i++) light[i] += factor * coarse[from + b];
    }
  }
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
  if (base === "direct") return { albedo: gradients.albedo, light: gradients.light };
  const s = outputs.albedo.values;
  const values = gradients.albedo.values.map((g, i) => {
    const a = inside(prior.albedo[i]);
    return (g * a * (1 - a)) / (s[i] * a + (1 - s[i]) * (1 - a)) ** 2;
  });
  return { albedo: { shape: gradients.albedo.shape, values }, light: gradients.light };
}
