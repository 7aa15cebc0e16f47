/**
 * Skin whose detail is as strong as on people. Of a photo, prior albedo and coarse light leave 0.016 to 0.050 unexplained in
 * each band of size below 16 texels of 256, in logarithms; the detail of our other subsets is 0.007 to 0.032. A network that
 * learns from those alone learns that skin is smooth.
 */
import { createRandom } from "rerenderable";
import type { DetailParameters } from "../detail/parameters.js";

type Skin = Omit<DetailParameters, "gaze">;

/** @param person seed: the same person has the same skin */
export function strengthen(skin: Skin, person: number): Skin {
  const random = createRandom(person).fork("strong skin");
  const more = (value: number, least: number, most: number) =>
    value * (least + (most - least) * random.uniform());
  return {
    ...skin,
    age: Math.max(skin.age, random.uniform()),
    pores: more(skin.pores, 1, 2),
    mottling: more(skin.mottling, 1, 3.5),
    redness: more(skin.redness, 1, 2),
    moles: more(skin.moles, 1, 4),
    freckles: random.uniform() < 0.4 ? random.uniform() : skin.freckles,
    stubble: skin.stubble > 0 ? Math.min(more(skin.stubble, 1, 2), 1) : 0,
    browDensity: Math.min(more(skin.browDensity, 1, 1.8), 1.4),
    // Real folds are 1 mm deep and more; those of the other subsets are at most 0.6 mm.
    relief: 1.5 + 2.5 * random.uniform(),
  };
}
