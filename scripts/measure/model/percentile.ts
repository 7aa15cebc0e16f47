/** Percentiles of values, weighted or not. */
export interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/** The least value at or below which at least this share of the weight lies. @param share 0 to 1 */
export function percentile(values: readonly (number | Weighted)[], share: number): number {
  const weighted = values.map((v) => (typeof v === "number" ? { value: v, weight: 1 } : v));
  const sorted = weighted.sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  for (const { value, weight } of sorted) {
    below += weight;
    if (below >= share * total) return value;
  }
  return Number.NaN;
}
