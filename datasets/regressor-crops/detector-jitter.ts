/**
 * Errors such as a detector makes, so that the regressor sees crops as they come at inference. Drawn so that the mean error of
 * the inner points is about 2.5 px at 224, what face-api shows on synthetic faces (`datasets/synthetic/README.md`): most of it
 * common to all points.
 */
import type { Point, Random } from "rerenderable";

/** px at 224, parts, radians, px. */
const deviations = { shift: 1.2, growth: 0.02, turn: 0.015, each: 1.6 } as const;

/** @param points px at 224 */
export function jitterPoints(points: readonly Point[], random: Random): Point[] {
  const [dx, dy] = [deviations.shift * random.normal(), deviations.shift * random.normal()];
  const growth = 1 + deviations.growth * random.normal();
  const turn = deviations.turn * random.normal();
  const [cx, cy] = [0, 1].map((axis) => points.reduce((sum, p) => sum + p[axis], 0) / points.length);
  return points.map(([x, y]): Point => {
    const [u, v] = [growth * (x - cx), growth * (y - cy)];
    return [
      cx + u - turn * v + dx + deviations.each * random.normal(),
      cy + v + turn * u + dy + deviations.each * random.normal(),
    ];
  });
}
