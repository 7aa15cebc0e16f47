/**
 * Adds errors like those of a detector, so that the regressor sees crops like those at inference. The mean error of
 * the inner points is about 2.5 px at 224, as face-api's is on synthetic faces (`datasets/synthetic/README.md`). Most
 * of it is common to all points.
 */
import type { Point, Random } from "rerenderable";

/** The deviations of shift (px at 224), growth (parts), turn (radians) and single points (px at 224). */
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
