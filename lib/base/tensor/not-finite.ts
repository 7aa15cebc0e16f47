/** @returns the place of the first value that is not finite, -1 if all are */
export function notFinite(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
