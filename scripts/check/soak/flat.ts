/** Checks whether figures stayed level: counts exactly, memory within the range of collections and caches. */
import { type Figures, figureNames } from "./figures.js";

/** How far the median of the last third may lie above that of the middle third. */
const allowed: Readonly<Record<(typeof figureNames)[number], (before: number) => number>> = {
  rssMb: (before) => 0.05 * before,
  heapMb: (before) => Math.max(4, 0.05 * before),
  externalMb: (before) => Math.max(4, 0.05 * before),
  tensors: () => 0,
  listeners: () => 0,
  handles: () => 0,
};

/**
 * Compares the last two thirds; in the first third caches fill and compilers warm up.
 * @param series at equal intervals, six at least
 * @returns a sentence for each figure that grew
 */
export function growth(series: readonly Figures[]): string[] {
  const third = Math.floor(series.length / 3);
  return figureNames.flatMap((name) => {
    const values = series.flatMap((figures) => figures[name] ?? []);
    if (values.length < series.length || third < 2) return [];
    const before = median(values.slice(third, -third));
    const after = median(values.slice(-third));
    if (after - before <= allowed[name](before)) return [];
    return [`${name} grew from ${before.toFixed(1)} to ${after.toFixed(1)}`];
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
