/** The tone of a skin that was found, and how sure it is. */
import { labFromSrgb, type SkinToneGroup, skinToneGroup, typologyAngle } from "../../base/image/cielab.js";

export interface SkinTone {
  /** Individual typology angle of the mean colour, degrees. */
  readonly ita: number;
  readonly group: SkinToneGroup;
  /** Where the angle lies with nine chances in ten, as far as the exposure decides. */
  readonly interval: readonly [from: number, to: number];
}

/** Nine tenths of a normal distribution lie within so many deviations. */
const nineTenths = 1.645;

/**
 * @param colour mean of the albedo on skin, encoded sRGB
 * @param deviation of the logarithm of its brightness: that of the exposure
 */
export function skinTone(colour: readonly number[], deviation: number): SkinTone {
  const at = (deviations: number) => {
    const factor = Math.exp(deviations * deviation);
    return typologyAngle(labFromSrgb(colour.map((value) => Math.min(value * factor, 1))));
  };
  const ita = at(0);
  return { ita, group: skinToneGroup(ita), interval: [at(-nineTenths), at(nineTenths)] };
}
