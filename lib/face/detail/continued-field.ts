/** Carries a smooth quantity beyond where it is known, for a picture's pixels that no triangle covers. */
import { boxBlur } from "../../graphics/uv/box-blur.js";

/** The radii of the means, as parts of the side: the smallest that reaches enough known pixels counts. */
const radii = [0.01, 0.02, 0.04, 0.08];
/** A mean counts as far as this share of its square is known. */
const enough = 0.1;

export interface ContinuedField {
  /** Means over known pixels nearby, going over to 1 where there are few, [S * S * 3]. */
  readonly values: Float32Array;
  /** 1 where it is known, falling to 0 over a sixth of the side, [S * S]. */
  readonly reach: Float32Array;
}

/** @param field [S * S * 3] @param known how far each pixel counts, 0 to 1, [S * S] */
export function continueField(field: Float32Array, known: Float32Array, side: number): ContinuedField {
  const values = new Float32Array(field.length).fill(1);
  const reach = new Float32Array(known.length);
  for (const radius of radii.map((part) => Math.max(1, Math.round(part * side))).reverse()) {
    const soft = (map: Float32Array) => boxBlur(boxBlur(map, side, radius), side, radius);
    const weights = soft(known);
    for (let c = 0; c < 3; c++) {
      const sums = soft(known.map((weight, p) => weight * field[3 * p + c]));
      // From the widest mean to the narrowest, each as far as it knows enough.
      for (let p = 0; p < known.length; p++) {
        const trust = Math.min(1, weights[p] / enough);
        if (trust > 0) values[3 * p + c] += trust * (sums[p] / weights[p] - values[3 * p + c]);
      }
    }
    // At a straight rim half of the square is known.
    for (let p = 0; p < known.length; p++) reach[p] = Math.max(reach[p], Math.min(1, 2 * weights[p]));
  }
  return { values, reach };
}
