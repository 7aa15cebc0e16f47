/** The difference of two methods on the same faces, and how sure it is. */
import type { Random } from "../../base/tensor/random.js";
import { quantile } from "./spread.js";

export interface PairedDifference {
  readonly count: number;
  /** Mean of `a − b` over the faces. */
  readonly mean: number;
  /** The 95 % interval of that mean, if other faces like these had been drawn. */
  readonly low: number;
  readonly high: number;
  /** On how many faces `a` is larger, and on how many smaller. */
  readonly larger: number;
  readonly smaller: number;
}

/** How often the faces are drawn again. */
const draws = 2000;

/**
 * The interval is a bootstrap's: the faces are drawn again from themselves, with repeats, and the middle 95 % of the
 * means are taken. It excludes 0 where the difference cannot well be chance.
 * @param a,b a number for each face, in the same order
 * @returns NaN where there are no faces
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  random: Random,
): PairedDifference {
  if (a.length !== b.length) {
    throw new Error(`pairedDifference: \`b\` should have ${a.length} numbers but has ${b.length}.`);
  }
  const differences = a.map((value, i) => value - b[i]);
  const count = differences.length;
  const means = Array.from({ length: draws }, () => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += differences[random.integer(count)];
    return sum / count;
  }).sort((one, other) => one - other);
  return {
    count,
    mean: differences.reduce((sum, value) => sum + value, 0) / count,
    low: quantile(means, 0.025),
    high: quantile(means, 0.975),
    larger: differences.filter((value) => value > 0).length,
    smaller: differences.filter((value) => value < 0).length,
  };
}
