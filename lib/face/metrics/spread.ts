/** Sums up many numbers in a few: mean, median, and the bad end. */

export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly median: number;
  /** The 95th percentile if larger is worse, the 5th if smaller is worse. */
  readonly ninetyFifth: number;
  readonly worst: number;
}

/**
 * @param worse whether larger or smaller values are the bad ones
 * @returns numbers, NaN where there are no values
 */
export function spreadOf(values: readonly number[], worse: "larger" | "smaller" = "larger"): Spread {
  const sign = worse === "larger" ? 1 : -1;
  const sorted = [...values].sort((a, b) => sign * (a - b));
  return {
    count: values.length,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    median: quantile(sorted, 0.5),
    ninetyFifth: quantile(sorted, 0.95),
    worst: sorted.at(-1) ?? Number.NaN,
  };
}

/** Interpolates linearly between the two nearest values. @param sorted in the order that the quantile counts */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? Number.NaN) - low);
}
