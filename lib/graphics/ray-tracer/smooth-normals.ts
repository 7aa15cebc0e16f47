/**
 * Normals of a mesh's vertices: the sum of the normals of the triangles around each, whose lengths are twice the
 * areas.
 */

/**
 * @param vertices [N, 3]
 * @param triangles counter-clockwise seen from outside, [F, 3]; those with a corner that is not finite are left out
 * @returns unit, [N, 3]; 0 for a vertex without triangles, or whose triangles cancel
 */
export function smoothNormals(vertices: ArrayLike<number>, triangles: ArrayLike<number>): Float64Array {
  const normals = new Float64Array(vertices.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const normal = doubleArea(vertices, corners);
    if (!normal.every(Number.isFinite)) continue;
    for (const v of corners) for (let i = 0; i < 3; i++) normals[v + i] += normal[i];
  }
  for (let v = 0; v < normals.length; v += 3) {
    const length = Math.hypot(normals[v], normals[v + 1], normals[v + 2]);
    for (let i = 0; i < 3 && length > 0; i++) normals[v + i] /= length;
  }
  return normals;
}

/** (b − a) × (c − a) */
function doubleArea(v: ArrayLike<number>, [a, b, c]: readonly number[]): number[] {
  const [px, py, pz] = [v[b] - v[a], v[b + 1] - v[a + 1], v[b + 2] - v[a + 2]];
  const [qx, qy, qz] = [v[c] - v[a], v[c + 1] - v[a + 1], v[c + 2] - v[a + 2]];
  return [py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx];
}
