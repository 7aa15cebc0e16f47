/**
 * Similarity transforms of the plane (turn, scale, move; never a reflection) and the one that best carries one
 * set of points onto another: Umeyama, "Least-squares estimation of transformation parameters between two
 * point patterns", 1991, written out for two dimensions.
 */
import type { Point } from "./rgb-image.js";

/** `p' = scale * R(rotation) * p + translation`; positive rotation carries +x towards +y (clockwise on screen). */
export interface Similarity {
  readonly scale: number;
  /** Radians. */
  readonly rotation: number;
  /** Pixels of the target. */
  readonly translation: Point;
}

/**
 * The similarity that carries `from` onto `to` with the least sum of squared distances in `to`.
 * @param from at least two distinct points
 * @param to as many points as `from`
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  if (from.length !== to.length || from.length < 2) {
    throw new Error(
      `fitSimilarity: \`from\` and \`to\` should have the same number of points, at least 2, ` +
        `but have ${from.length} and ${to.length}.`,
    );
  }
  const [fromX, fromY] = meanPoint(from);
  const [toX, toY] = meanPoint(to);
  // As complex numbers, z' = c z with c = sum(conj(z) z') / sum |z|^2: the least squares in one division.
  let real = 0;
  let imaginary = 0;
  let spread = 0;
  for (const [i, point] of from.entries()) {
    const x = point[0] - fromX;
    const y = point[1] - fromY;
    const u = to[i][0] - toX;
    const v = to[i][1] - toY;
    real += x * u + y * v;
    imaginary += x * v - y * u;
    spread += x * x + y * y;
  }
  const scale = Math.hypot(real, imaginary) / spread;
  if (!(scale > 0) || !Number.isFinite(scale)) {
    throw new Error("fitSimilarity: the points should be finite and not all in one place.");
  }
  const turned: Similarity = { scale, rotation: Math.atan2(imaginary, real), translation: [0, 0] };
  const [x, y] = applySimilarity(turned, [fromX, fromY]);
  return { ...turned, translation: [toX - x, toY - y] };
}

/** Carries a point from the source to the target. */
export function applySimilarity(transform: Similarity, point: Point): [number, number] {
  const cos = transform.scale * Math.cos(transform.rotation);
  const sin = transform.scale * Math.sin(transform.rotation);
  return [
    cos * point[0] - sin * point[1] + transform.translation[0],
    sin * point[0] + cos * point[1] + transform.translation[1],
  ];
}

/** The similarity that carries the target back to the source. */
export function invertSimilarity(transform: Similarity): Similarity {
  const turned: Similarity = {
    scale: 1 / transform.scale,
    rotation: -transform.rotation,
    translation: [0, 0],
  };
  const [x, y] = applySimilarity(turned, transform.translation);
  return { ...turned, translation: [-x, -y] };
}

/** The transform that does first `first`, then `second`. */
export function composeSimilarities(first: Similarity, second: Similarity): Similarity {
  return {
    scale: first.scale * second.scale,
    rotation: first.rotation + second.rotation,
    translation: applySimilarity(second, first.translation),
  };
}

/** The mean of some points. */
export function meanPoint(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point[0] / points.length;
    y += point[1] / points.length;
  }
  return [x, y];
}
