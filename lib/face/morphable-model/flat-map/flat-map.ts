/**
 * Keeps a flat map of a mesh without folds. If each free vertex is the mean of its neighbours and the outline is
 * convex, no triangle lies upside down (W. T. Tutte, 1963). In this way holes are filled, and folds are ironed out in
 * the smallest neighbourhood that suffices.
 */
import { ringDistances } from "../mesh/mesh-topology.js";

/**
 * Moves the free vertices to the mean of their neighbours, again and again.
 * @param uvs [N * 2], changed in place
 * @param extra lists of vertices, each around a hole; they count as connected by a vertex in the hole's middle
 */
export function relax(
  uvs: Float64Array,
  neighbours: readonly (readonly number[])[],
  free: readonly number[],
  sweeps: number,
  extra: readonly (readonly number[])[] = [],
): void {
  const isFree = new Set(free);
  const loops = extra.filter((loop) => loop.some((v) => isFree.has(v)));
  const middleOf = new Map(loops.flatMap((loop, i) => loop.map((v) => [v, i] as const)));
  const middles = new Float64Array(2 * loops.length);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    loops.forEach((loop, i) => {
      for (let k = 0; k < 2; k++)
        middles[2 * i + k] = loop.reduce((sum, v) => sum + uvs[2 * v + k], 0) / loop.length;
    });
    for (const v of free) {
      const around = neighbours[v];
      const middle = middleOf.get(v);
      const total = around.length + (middle === undefined ? 0 : 1);
      for (let k = 0; k < 2; k++) {
        let sum = middle === undefined ? 0 : middles[2 * middle + k];
        for (const w of around) sum += uvs[2 * w + k];
        uvs[2 * v + k] += 1.6 * (sum / total - uvs[2 * v + k]); // over-relaxation
      }
    }
  }
}

/** Twice the area of a triangle in the map. It is negative if the triangle lies as seen from outside, because v runs down. */
export function uvArea(uvs: ArrayLike<number>, triangles: ArrayLike<number>, t: number): number {
  const [a, b, c] = [2 * triangles[3 * t], 2 * triangles[3 * t + 1], 2 * triangles[3 * t + 2]];
  return (uvs[b] - uvs[a]) * (uvs[c + 1] - uvs[a + 1]) - (uvs[c] - uvs[a]) * (uvs[b + 1] - uvs[a + 1]);
}

/** The triangles of a list that lie upside down or have almost no area. */
export function foldedTriangles(
  uvs: ArrayLike<number>,
  triangles: ArrayLike<number>,
  among: readonly number[],
): number[] {
  return among.filter((t) => uvArea(uvs, triangles, t) > -leastArea);
}

/** Twice a thousandth of a texel of a map of 256. */
const leastArea = 3e-8;

/**
 * Relaxes around folded triangles, each time in a wider neighbourhood, until no triangle of the list is folded.
 * @param fixed vertices that stay: the outer rim
 * @returns how many are still folded
 */
export function ironOut(
  uvs: Float64Array,
  triangles: ArrayLike<number>,
  neighbours: readonly (readonly number[])[],
  listed: readonly number[],
  fixed: ReadonlySet<number>,
): number {
  let folded = foldedTriangles(uvs, triangles, listed);
  for (let round = 0; folded.length > 0 && round < 24; round++) {
    const corners = folded.flatMap((t) => [0, 1, 2].map((c) => triangles[3 * t + c]));
    const rings = 1 + Math.floor(round / 3);
    const free = [...ringDistances(neighbours, corners, rings).entries()]
      .filter(([v, steps]) => steps >= 0 && !fixed.has(v))
      .map(([v]) => v);
    relax(uvs, neighbours, free, 40 * (1 + (round % 3)));
    folded = foldedTriangles(uvs, triangles, listed);
  }
  return folded.length;
}
