/** The boxes around a mesh's triangles, and which of them a ray can meet. */

/** The numbers of a box: three of its lower corner, then three of its upper corner. */
export const boxSize = 6;
/** The place of the upper corner among the numbers of a box. */
export const upperCorner = 3;

export interface TriangleBoxes {
  /** Numbers of the triangles that have an area and finite corners. */
  readonly proper: Int32Array;
  /** Lower corner, then upper corner, 6 numbers a triangle. */
  readonly boxes: Float64Array;
  /** Twice the middle of each box, 3 numbers a triangle. */
  readonly middles: Float64Array;
}

/**
 * @param vertices [N, 3]
 * @param triangles vertex numbers in 0 to N−1, [F, 3]
 */
export function measureTriangles(vertices: ArrayLike<number>, triangles: ArrayLike<number>): TriangleBoxes {
  const total = Math.floor(triangles.length / 3);
  const proper = new Int32Array(total);
  const boxes = new Float64Array(boxSize * total);
  const middles = new Float64Array(3 * total);
  let kept = 0;
  for (let t = 0; t < total; t++) {
    const [a, b, c] = [3 * triangles[3 * t], 3 * triangles[3 * t + 1], 3 * triangles[3 * t + 2]];
    if (hasArea(vertices, a, b, c)) proper[kept++] = t;
    for (let i = 0; i < 3; i++) {
      const low = Math.min(vertices[a + i], vertices[b + i], vertices[c + i]);
      const high = Math.max(vertices[a + i], vertices[b + i], vertices[c + i]);
      boxes[boxSize * t + i] = low;
      boxes[boxSize * t + upperCorner + i] = high;
      middles[3 * t + i] = low + high;
    }
  }
  return { proper: proper.slice(0, kept), boxes, middles };
}

/** Whether (b − a) × (c − a) has a length that is a number above 0. */
function hasArea(v: ArrayLike<number>, a: number, b: number, c: number): boolean {
  const px = v[b] - v[a];
  const py = v[b + 1] - v[a + 1];
  const pz = v[b + 2] - v[a + 2];
  const qx = v[c] - v[a];
  const qy = v[c + 1] - v[a + 1];
  const qz = v[c + 2] - v[a + 2];
  const area = Math.hypot(py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx);
  return area > 0 && area < Infinity;
}

/** Makes the box at `o` empty. */
export function emptyBox(box: Float64Array, o: number): void {
  for (let i = 0; i < 3; i++) {
    box[o + i] = Infinity;
    box[o + upperCorner + i] = -Infinity;
  }
}

/** Grows the box at `o` until it holds the one at `k` too. */
export function widen(box: Float64Array, o: number, by: Float64Array, k: number): void {
  for (let i = 0; i < 3; i++) {
    if (by[k + i] < box[o + i]) box[o + i] = by[k + i];
    const high = by[k + upperCorner + i];
    if (high > box[o + upperCorner + i]) box[o + upperCorner + i] = high;
  }
}
