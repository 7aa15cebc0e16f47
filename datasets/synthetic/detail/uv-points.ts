/** Points on the flat map, and curves through them. */

/** `u` and `v` in 0 to 1. */
export type UvPoint = readonly [u: number, v: number];

/** A smooth curve through points. @returns `count` points (Catmull-Rom) */
export function curve(points: readonly UvPoint[], count: number): UvPoint[] {
  const at = (i: number) => points[Math.min(Math.max(i, 0), points.length - 1)];
  return Array.from({ length: count }, (_, n) => {
    const x = (n / (count - 1)) * (points.length - 1);
    const i = Math.min(Math.floor(x), points.length - 2);
    const t = x - i;
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    return [0, 1].map(
      (k) =>
        0.5 *
        (2 * b[k] +
          t * (c[k] - a[k]) +
          t * t * (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) +
          t ** 3 * (3 * b[k] - a[k] - 3 * c[k] + d[k])),
    ) as [number, number];
  });
}

/** The point across the face's middle. */
export function mirrored([u, v]: UvPoint): UvPoint {
  return [1 - u, v];
}
