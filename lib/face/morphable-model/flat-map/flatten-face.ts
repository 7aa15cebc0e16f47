/**
 * Makes a flat map of a face out of rough uvs: spreads the vertices behind the openings over them, mirrors the map, and
 * irons out the folds of the skin.
 */

import { boundaryLoops, fanTriangles, neighbourLists, type Polygons, pieces } from "../mesh/mesh-topology.js";
import { foldedTriangles, ironOut, relax } from "./flat-map.js";
import { symmetriseUvs } from "./mirror-partners.js";

export interface RoughMap {
  /** [N * 2]; changed in place. */
  readonly uvs: Float64Array;
  readonly polygons: Polygons;
  /** 1 for polygons of skin. Polygons that stay folded are set to 0. */
  readonly skin: Uint8Array;
  /** Mirror image of each vertex, −1 where there is none. */
  readonly partners: Int32Array;
  /** Vertices of skin whose uv cannot be trusted. */
  readonly doubtful: ReadonlySet<number>;
}

/** @returns how many skin triangles lay upside down before and after, and how many there are in all */
export function flattenFace({ uvs, polygons, skin, partners, doubtful }: RoughMap): {
  readonly before: number;
  readonly after: number;
  readonly skin: number;
} {
  const vertexCount = uvs.length / 2;
  const neighbours = neighbourLists(polygons, vertexCount);
  const [rim, ...holes] = boundaryLoops(polygons);
  const onSkin = new Uint8Array(vertexCount);
  polygons.forEach((polygon, p) => {
    if (skin[p]) for (const v of polygon) if (!doubtful.has(v)) onSkin[v] = 1;
  });
  const hidden = Array.from(neighbours.keys()).filter((v) => neighbours[v].length > 0 && !onSkin[v]);
  symmetriseUvs(uvs, partners);
  startInside(uvs, neighbours, hidden);
  relax(uvs, neighbours, hidden, 800, holes);

  const triangles = fanTriangles(polygons);
  const polygonOf = polygons.flatMap((polygon, p) => polygon.slice(2).map(() => p));
  const skinTriangles = Array.from(polygonOf.keys()).filter((t) => skin[polygonOf[t]]);
  const fixed = new Set(rim);
  let folded = foldedTriangles(uvs, triangles, skinTriangles);
  const before = folded.length;
  // Mirroring may fold a place again that had no folds on its own side.
  for (let round = 0; folded.length > 0 && round < 4; round++) {
    ironOut(uvs, triangles, neighbours, skinTriangles, fixed);
    symmetriseUvs(uvs, partners);
    folded = foldedTriangles(uvs, triangles, skinTriangles);
  }
  // What is left has no texel's worth, and is no skin of ours: slivers between fixed corners of the rim, and the
  // depth of nostrils, which narrows by a factor with each ring.
  for (const t of folded) skin[polygonOf[t]] = 0;
  return { before, after: folded.length, skin: skinTriangles.length };
}

/** Puts each connected piece of hidden vertices into the middle of the vertices around it. */
function startInside(
  uvs: Float64Array,
  neighbours: readonly (readonly number[])[],
  hidden: readonly number[],
): void {
  const isHidden = new Set(hidden);
  const piece = pieces(
    neighbours.map((list, v) => (isHidden.has(v) ? list.filter((w) => isHidden.has(w)) : [])),
  );
  const sums = new Map<number, [number, number, number]>();
  for (const v of hidden)
    for (const w of neighbours[v]) {
      if (isHidden.has(w)) continue;
      const [u, t, n] = sums.get(piece[v]) ?? [0, 0, 0];
      sums.set(piece[v], [u + uvs[2 * w], t + uvs[2 * w + 1], n + 1]);
    }
  for (const v of hidden) {
    const [u, t, n] = sums.get(piece[v]) ?? [0.5, 0.5, 1];
    uvs.set([u / n, t / n], 2 * v);
  }
}
