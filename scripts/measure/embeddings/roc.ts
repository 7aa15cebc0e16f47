/** How well a score tells two kinds of pairs apart. */

/**
 * Area under the receiver operating characteristic: how often a pair of one person scores above a pair of two, half where
 * they are equal (Mann and Whitney). 1 is without a mistake, 0.5 is chance.
 */
export function areaUnderCurve(same: readonly number[], different: readonly number[]): number {
  const scores = [...same.map((s) => [s, 1] as const), ...different.map((s) => [s, 0] as const)];
  scores.sort((a, b) => a[0] - b[0]);
  let sum = 0;
  for (let i = 0; i < scores.length; ) {
    let end = i;
    while (end < scores.length && scores[end][0] === scores[i][0]) end++;
    const rank = (i + 1 + end) / 2; // the mean of ranks i + 1 to end
    for (; i < end; i++) if (scores[i][1]) sum += rank;
  }
  const n = same.length;
  return (sum - (n * (n + 1)) / 2) / (n * different.length);
}

/** The part of the pairs of one person that score above all but a given part of the pairs of two people. */
export function acceptedAt(
  falseShare: number,
  same: readonly number[],
  different: readonly number[],
): number {
  const falling = [...different].sort((a, b) => b - a);
  const limit = falling[Math.floor(falseShare * falling.length)];
  return same.filter((score) => score > limit).length / same.length;
}
