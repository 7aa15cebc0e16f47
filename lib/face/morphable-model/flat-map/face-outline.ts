/** Cuts a mesh along the outline of our face, across its polygons, so that its rim is no staircase. */
import type { Polygons } from "../mesh/mesh-topology.js";

/** A vertex that the cut makes on an edge. */
export interface CutVertex {
  readonly from: number;
  readonly to: number;
  /** Its place between the vertex inside (0) and the vertex outside (1). */
  readonly share: number;
}

/** A cut that is nearer than this to a vertex would leave a sliver. */
const leastShare = 0.15;

/**
 * @param vertexCount the cut's own vertices are numbered from here
 * @param outside whether a vertex lies outside
 * @param outsideBetween whether a point on an edge lies outside, by its share of the way
 * @returns polygons inside, those on the outline cut
 */
export function cutAtOutline(
  polygons: Polygons,
  vertexCount: number,
  outside: (vertex: number) => boolean,
  outsideBetween: (from: number, to: number, share: number) => boolean,
): { polygons: Polygons; cuts: readonly CutVertex[] } {
  const cuts: CutVertex[] = [];
  const known = new Map<number, number>();
  const cutOf = (from: number, to: number): number => {
    const key = from * 2 ** 26 + to;
    const found = known.get(key);
    if (found !== undefined) return found;
    let [low, high] = [0, 1];
    for (let step = 0; step < 7; step++) {
      const share = (low + high) / 2;
      if (outsideBetween(from, to, share)) high = share;
      else low = share;
    }
    cuts.push({ from, to, share: Math.max(low, leastShare) });
    known.set(key, vertexCount + cuts.length - 1);
    return vertexCount + cuts.length - 1;
  };
  const inside = polygons.flatMap((polygon) => {
    const beyond = polygon.map(outside);
    if (!beyond.includes(true)) return [polygon];
    const cut = polygon.flatMap((a, k) => {
      const next = (k + 1) % polygon.length;
      const b = polygon[next];
      if (!beyond[k]) return beyond[next] ? [a, cutOf(a, b)] : [a];
      return beyond[next] ? [] : [cutOf(b, a)];
    });
    return cut.length >= 3 ? [cut] : [];
  });
  return { polygons: inside, cuts };
}
