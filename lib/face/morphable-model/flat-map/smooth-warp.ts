/**
 * A smooth map of space that carries given points onto other given points: an affine map and, for the rest, the
 * biharmonic spline of three dimensions, `Σ w_i |x − c_i|` (F. L. Bookstein's thin plate in space, 1989).
 */
import { EigenvalueDecomposition, LuDecomposition, Matrix } from "ml-matrix";

export type Point3 = readonly [number, number, number];
export type Warp = (point: Point3) => Point3;

/**
 * The similarity that carries one set of points nearest to another in least squares (B. K. P. Horn, 1987).
 * @param from,to as many points, at least three that are not on a line
 */
export function similarityWarp(from: readonly Point3[], to: readonly Point3[]): Warp {
  const [a, b] = [centroid(from), centroid(to)];
  const products = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => from.reduce((sum, p, n) => sum + (p[i] - a[i]) * (to[n][j] - b[j]), 0)),
  );
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = products;
  // The rotation is the eigenvector of the largest eigenvalue, read as a quaternion.
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(
    new Matrix([
      [xx + yy + zz, yz - zy, zx - xz, xy - yx],
      [yz - zy, xx - yy - zz, xy + yx, zx + xz],
      [zx - xz, xy + yx, yy - xx - zz, yz + zy],
      [xy - yx, zx + xz, yz + zy, zz - xx - yy],
    ]),
    { assumeSymmetric: true },
  );
  const best = realEigenvalues.indexOf(Math.max(...realEigenvalues));
  const [w, x, y, z] = eigenvectorMatrix.getColumn(best);
  const turn = [
    [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
  ];
  const turned = (p: Point3) =>
    turn.map((row) => row.reduce((sum, value, k) => sum + value * (p[k] - a[k]), 0));
  const spread = from.reduce((sum, p) => sum + p.reduce((s, value, k) => s + (value - a[k]) ** 2, 0), 0);
  const along = from.reduce(
    (sum, p, n) => sum + turned(p).reduce((s, v, k) => s + v * (to[n][k] - b[k]), 0),
    0,
  );
  const scale = along / spread;
  return (p) => turned(p).map((value, k) => b[k] + scale * value) as unknown as Point3;
}

/**
 * @param stiffness for each point how far the map may miss it to stay smooth, in units of distance; with 0 the map hits
 * it
 */
export function smoothWarp(
  from: readonly Point3[],
  to: readonly Point3[],
  stiffness: readonly number[],
): Warp {
  const n = from.length;
  const system = Matrix.zeros(n + 4, n + 4);
  const right = Matrix.zeros(n + 4, 3);
  from.forEach((p, i) => {
    // |x| is conditionally negative definite, so a negative diagonal makes the map smoother.
    from.forEach((q, j) => {
      system.set(i, j, i === j ? -stiffness[i] : distance(p, q));
    });
    [1, ...p].forEach((value, k) => {
      system.set(i, n + k, value);
      system.set(n + k, i, value);
    });
    for (let k = 0; k < 3; k++) right.set(i, k, to[i][k]);
  });
  const weights = new LuDecomposition(system).solve(right).to2DArray();
  return (p) => {
    const out: [number, number, number] = [0, 0, 0];
    for (let i = 0; i < n + 4; i++) {
      const basis = i < n ? distance(p, from[i]) : i === n ? 1 : p[i - n - 1];
      for (let k = 0; k < 3; k++) out[k] += basis * weights[i][k];
    }
    return out;
  };
}

function centroid(points: readonly Point3[]): Point3 {
  return [0, 1, 2].map((k) => points.reduce((sum, p) => sum + p[k], 0) / points.length) as unknown as Point3;
}

function distance(a: Point3, b: Point3): number {
  const [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return Math.sqrt(x * x + y * y + z * z);
}
