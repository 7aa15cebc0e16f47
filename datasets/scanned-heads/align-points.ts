/**
 * The similarity of space that best carries one set of points onto another: Umeyama, "Least-squares estimation of
 * transformation parameters between two point patterns", 1991. In the plane, `fitSimilarity` does it.
 */
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import type { Vector } from "rerenderable";
import type { Matrix as Rows } from "rerenderable/graphics";

/** `p' = scale · R p + translation` */
export interface Similarity3 {
  readonly scale: number;
  /** R, three rows. */
  readonly rotation: Rows;
  readonly translation: Vector;
}

/**
 * @param from,to as many points each, at least three that are not in one line
 * @param known what is not free
 */
export function alignPoints(
  from: readonly Vector[],
  to: readonly Vector[],
  known: { readonly scale?: number; readonly rotation?: Rows } = {},
): Similarity3 {
  if (from.length !== to.length || from.length < 3)
    throw new Error(
      `alignPoints: \`from\` and \`to\` should have the same number of points, at least 3, but have ${from.length} and ${to.length}.`,
    );
  const [a, b] = [mean(from), mean(to)];
  const [p, q] = [from.map((point) => minus(point, a)), to.map((point) => minus(point, b))];
  const rotation = known.rotation ?? bestRotation(p, q);
  const turned = p.map((point) => apply(rotation, point));
  const scale = known.scale ?? sumOf(turned, q) / sumOf(p, p);
  const moved = apply(rotation, a).map((value) => scale * value) as unknown as Vector;
  return { scale, rotation, translation: minus(b, moved) };
}

/** Carries a point by a similarity. */
export function carry({ scale, rotation, translation }: Similarity3, point: Vector): Vector {
  const [x, y, z] = apply(rotation, point);
  return [scale * x + translation[0], scale * y + translation[1], scale * z + translation[2]];
}

function bestRotation(p: readonly Vector[], q: readonly Vector[]): Rows {
  const covariance = new Matrix(q.map((row) => [...row]))
    .transpose()
    .mmul(new Matrix(p.map((row) => [...row])));
  const svd = new SingularValueDecomposition(covariance);
  const [u, v] = [svd.leftSingularVectors, svd.rightSingularVectors];
  // A mirror image is no turn: then the least of the three directions goes the other way.
  const sign = Math.sign(determinant(u) * determinant(v));
  return u
    .mmul(Matrix.diag([1, 1, sign]))
    .mmul(v.transpose())
    .to2DArray() as unknown as Rows;
}

function determinant(m: Matrix): number {
  const [a, b, c] = m.to2DArray();
  return (
    a[0] * (b[1] * c[2] - b[2] * c[1]) -
    a[1] * (b[0] * c[2] - b[2] * c[0]) +
    a[2] * (b[0] * c[1] - b[1] * c[0])
  );
}

function apply(rows: Rows, [x, y, z]: Vector): Vector {
  return rows.map((row) => row[0] * x + row[1] * y + row[2] * z) as unknown as Vector;
}

function minus(one: Vector, other: Vector): Vector {
  return [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
}

function mean(points: readonly Vector[]): Vector {
  const sum = [0, 1, 2].map((i) => points.reduce((total, point) => total + point[i], 0) / points.length);
  return sum as unknown as Vector;
}

const sumOf = (one: readonly Vector[], other: readonly Vector[]) =>
  one.reduce((sum, [x, y, z], i) => sum + x * other[i][0] + y * other[i][1] + z * other[i][2], 0);
