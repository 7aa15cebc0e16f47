/**
 * Finds the nearest point of a triangle mesh, in space or in the plane. A grid of cells lists the triangles near each
 * place.
 */

export interface SurfacePoint {
  readonly triangle: number;
  /** Weights of the triangle's three corners; they are not negative and add up to 1. */
  readonly barycentrics: readonly [number, number, number];
  readonly distance: number;
}

export interface SurfaceSearch {
  /**
   * @param point as many coordinates as the mesh has
   * @param accept which triangles count; all if left out
   * @returns undefined where no accepted triangle lies within `reach`
   */
  nearest(point: readonly number[], accept?: (triangle: number) => boolean): SurfacePoint | undefined;
}

/**
 * How many cells the reach is long. A search looks at few triangles if the surface is near, and gives up beyond the
 * reach.
 */
const cellsToReach = 8;

/**
 * @param positions [N * dimension]
 * @param triangles [F * 3] from 0
 * @param reach how far a point is looked for
 */
export function searchSurface(
  positions: ArrayLike<number>,
  triangles: ArrayLike<number>,
  dimension: 2 | 3,
  reach: number,
): SurfaceSearch {
  const count = triangles.length / 3;
  const cell = reach / cellsToReach;
  /** Corners of all triangles, [F * 9], so that the numbers that the inner loop reads lie together. */
  const corners = new Float64Array(9 * count);
  for (let i = 0; i < 3 * count; i++)
    for (let k = 0; k < dimension; k++) corners[3 * i + k] = positions[dimension * triangles[i] + k];
  const { size, place, head, linked, next } = listByCell(corners, cell);
  const seen = new Int32Array(count);
  const weights = new Float64Array(3);
  let query = 0;
  return {
    nearest(point, accept = () => true) {
      query++;
      const [px, py, pz] = [point[0], point[1], dimension === 3 ? point[2] : 0];
      const [cx, cy, cz] = [place(px, 0), place(py, 1), place(pz, 2)];
      let [triangle, square] = [-1, Number.POSITIVE_INFINITY];
      let barycentrics: [number, number, number] = [1, 0, 0];
      // Search shell by shell, until the next shell cannot hold anything nearer.
      for (let radius = 0; radius <= cellsToReach; radius++) {
        if (triangle >= 0 && Math.sqrt(square) <= (radius - 1) * cell) break;
        for (let x = Math.max(cx - radius, 0); x <= Math.min(cx + radius, size[0] - 1); x++)
          for (let y = Math.max(cy - radius, 0); y <= Math.min(cy + radius, size[1] - 1); y++) {
            const onSide = Math.abs(x - cx) === radius || Math.abs(y - cy) === radius;
            const step = onSide || radius === 0 ? 1 : 2 * radius; // the rest of the shell: its first and last layer
            for (let z = cz - radius; z <= cz + radius; z += step) {
              if (z < 0 || z >= size[2]) continue;
              for (let link = head[(x * size[1] + y) * size[2] + z]; link >= 0; link = next[link]) {
                const t = linked[link];
                if (seen[t] === query) continue;
                seen[t] = query;
                if (!accept(t)) continue;
                const found = nearestOnTriangle(corners, 9 * t, px, py, pz, weights);
                if (found < square) {
                  [triangle, square] = [t, found];
                  barycentrics = [weights[0], weights[1], weights[2]];
                }
              }
            }
          }
      }
      if (square > reach * reach) return undefined;
      return { triangle, barycentrics, distance: Math.sqrt(square) };
    },
  };
}

/** Lists for each cell the triangles whose boxes reach into it. @param corners of all triangles, [F * 9] */
function listByCell(corners: Float64Array, cell: number) {
  const box = boundingBox(corners);
  const size = box.map(([low, high]) => Math.floor((high - low) / cell) + 1);
  const place = (value: number, k: number) => Math.floor((value - box[k][0]) / cell);
  // Chains of triangles: the head of each cell's chain, and for each link its triangle and the next link.
  const head = new Int32Array(size[0] * size[1] * size[2]).fill(-1);
  const [linked, next]: number[][] = [[], []];
  for (let t = 0; t < corners.length / 9; t++) {
    const at = (pick: typeof Math.min, k: number) =>
      place(pick(corners[9 * t + k], corners[9 * t + 3 + k], corners[9 * t + 6 + k]), k);
    const [toX, toY, toZ] = [0, 1, 2].map((k) => at(Math.max, k));
    for (let x = at(Math.min, 0); x <= toX; x++)
      for (let y = at(Math.min, 1); y <= toY; y++)
        for (let z = at(Math.min, 2); z <= toZ; z++) {
          const c = (x * size[1] + y) * size[2] + z;
          linked.push(t);
          next.push(head[c]);
          head[c] = linked.length - 1;
        }
  }
  return { size, place, head, linked, next };
}

/** Least and largest x, y and z of the corners, [F * 9]. */
function boundingBox(corners: Float64Array): [number, number][] {
  return [0, 1, 2].map((k) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = k; i < corners.length; i += 3) {
      low = Math.min(low, corners[i]);
      high = Math.max(high, corners[i]);
    }
    return [low, high];
  });
}

/**
 * The nearest point of one triangle, by the region of the plane that the point is over: C. Ericson, Real-Time Collision
 * Detection (2005), section 5.1.5.
 * @param weights takes the point's barycentric coordinates @returns the squared distance
 */
function nearestOnTriangle(
  c: Float64Array,
  at: number,
  px: number,
  py: number,
  pz: number,
  weights: Float64Array,
): number {
  const [ax, ay, az] = [px - c[at], py - c[at + 1], pz - c[at + 2]];
  const [ux, uy, uz] = [c[at + 3] - c[at], c[at + 4] - c[at + 1], c[at + 5] - c[at + 2]];
  const [vx, vy, vz] = [c[at + 6] - c[at], c[at + 7] - c[at + 1], c[at + 8] - c[at + 2]];
  const [uu, uv, vv] = [
    ux * ux + uy * uy + uz * uz,
    ux * vx + uy * vy + uz * vz,
    vx * vx + vy * vy + vz * vz,
  ];
  const [d1, d2] = [ux * ax + uy * ay + uz * az, vx * ax + vy * ay + vz * az];
  // The same two products from the second and the third corner.
  const [d3, d4, d5, d6] = [d1 - uu, d2 - uv, d1 - uv, d2 - vv];
  const [va, vb, vc] = [d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2];
  let [second, third] = [0, 0];
  if (d1 <= 0 && d2 <= 0) [second, third] = [0, 0];
  else if (d3 >= 0 && d4 <= d3) [second, third] = [1, 0];
  else if (vc <= 0 && d1 >= 0 && d3 <= 0) [second, third] = [d1 / (d1 - d3), 0];
  else if (d6 >= 0 && d5 <= d6) [second, third] = [0, 1];
  else if (vb <= 0 && d2 >= 0 && d6 <= 0) [second, third] = [0, d2 / (d2 - d6)];
  else if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    third = (d4 - d3) / (d4 - d3 + (d5 - d6));
    second = 1 - third;
  } else {
    const total = va + vb + vc;
    [second, third] = total > 0 ? [vb / total, vc / total] : [0, 0];
  }
  weights[0] = 1 - second - third;
  weights[1] = second;
  weights[2] = third;
  const [x, y, z] = [
    ax - second * ux - third * vx,
    ay - second * uy - third * vy,
    az - second * uz - third * vz,
  ];
  return x * x + y * y + z * z;
}
