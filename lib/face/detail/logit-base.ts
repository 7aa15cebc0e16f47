/**
 * The outputs say how the maps differ from a prior albedo and a light:
 *
 *     A′ = s A / (s A + (1 − s) (1 − A))        L′ = g L + l
 *
 * with `s` and `l` the outputs. The first equation adds the logits of `s` and `A`: an output of 1/2 leaves the prior as it is,
 * and every result stays between 0 and 1. `L` also tells how strong the light is, which the network cannot know: its instance
 * norms take the brightness of the input away.
 */
import type { Base } from "./base-maps.js";
import { addLight } from "./scaled-light.js";
import { splitTexture } from "./split-texture.js";

/** The prior is kept this far from 0 and 1, where no output could move it. */
const margin = 0.01;
const inside = (albedo: number) => Math.min(Math.max(albedo, margin), 1 - margin);

/** From `A` and `L` themselves. */
export const priorBase: Base = {
  guess: () => ({}),
  maps(outputs, prior) {
    const [albedo, light] = [outputs.albedo.values.slice(), outputs.light.values.slice()];
    for (let i = 0; i < albedo.length; i++) {
      const a = inside(prior.albedo[i]);
      const product = albedo[i] * a;
      albedo[i] = product / (product + (1 - albedo[i]) * (1 - a));
    }
    addLight(light, prior.light, prior.gain);
    return {
      albedo: { shape: outputs.albedo.shape, values: albedo },
      light: { shape: outputs.light.shape, values: light },
    };
  },
  gradients(outputs, prior, gradients) {
    const s = outputs.albedo.values;
    const values = gradients.albedo.values.map((g, i) => {
      const a = inside(prior.albedo[i]);
      return (g * a * (1 - a)) / (s[i] * a + (1 - s[i]) * (1 - a)) ** 2;
    });
    return { albedo: { shape: gradients.albedo.shape, values }, light: gradients.light };
  },
};

/** From a first guess of what in the texture is albedo and what is light. */
export const textureBase: Base = {
  ...priorBase,
  guess: (sample, texture) => splitTexture({ ...sample, texture }),
};
