/** sRGB's curve in tables, which are within 2e-6 of the formulas: a picture needs the curve a million times. */
import { linearToSrgb, srgbToLinear } from "rerenderable";

const steps = 4096;
const decoded = Float64Array.from({ length: steps + 2 }, (_, i) => srgbToLinear(i / steps));

/** Linear light of an encoded value in 0 to 1; by the formula outside. */
export function decodeQuickly(srgb: number): number {
  if (!(srgb >= 0 && srgb <= 1)) return srgbToLinear(srgb);
  const x = srgb * steps;
  const i = Math.floor(x);
  return decoded[i] + (x - i) * (decoded[i + 1] - decoded[i]);
}

export { linearToSrgb as encode };
