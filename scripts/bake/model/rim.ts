/**
 * The outer rim of the drawn face. The cut is a smooth line that crosses quads of the subdivided mesh: quads whose
 * middle lies inside are kept, and each vertex of the staircase that this leaves slides along one of its edges
 * onto the line. The slide is a mixture of two rows of the subdivision, so that it stays linear.
 */
import type { QuadCorners } from "rerenderable/face";
import { depthInFace, type FaceCut } from "./face-cut.js";

export interface Rim {
  /** 1 for the quads of the subdivided mesh that are drawn. */
  readonly kept: Uint8Array;
  /** Vertices that slide, toward which vertex, and what share of the way. */
  readonly vertex: number[];
  readonly toward: number[];
  readonly share: number[];
}

/**
 * @param positions rest positions of the twice subdivided mesh, [M * 3]
 * @param uvs its parameterisation, [M * 2]
 * @param quads its quads
 */
export function cutRim(
  cut: FaceCut,
  positions: Float32Array,
  uvs: Float32Array,
  quads: readonly QuadCorners[],
): Rim {
  const depth = Float64Array.from({ length: positions.length / 3 }, (_, v) =>
    depthInFace(positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]),
  );
  const isFace = (q: number) => cut.part[q >> 4] === "face";
  const kept = Uint8Array.from(quads, (quad, q) =>
    Number(!isFace(q) || quad.reduce((sum, v) => sum + depth[v], 0) > 0),
  );
  const sides = new Uint8Array(depth.length); // bit 1: of a kept quad; bit 2: of a dropped one
  const neighbours = new Map<number, number[]>();
  quads.forEach((quad, q) => {
    if (isFace(q)) for (const v of quad) sides[v] |= kept[q] ? 1 : 2;
  });
  quads.forEach((quad, q) => {
    if (!isFace(q)) return;
    quad.forEach((v, k) => {
      if (sides[v] !== 3) return;
      neighbours.set(v, [...(neighbours.get(v) ?? []), quad[(k + 1) % 4], quad[(k + 3) % 4]]);
    });
  });
  const rim: Rim = { kept, vertex: [], toward: [], share: [] };
  const onAxis = (v: number) => Math.abs(positions[3 * v]) < 1e-5;
  for (const [v, around] of neighbours) {
    const share = (w: number) => depth[v] / (depth[v] - depth[w]);
    const across = around.filter((w) => depth[w] > 0 !== depth[v] > 0 && (!onAxis(v) || onAxis(w)));
    if (across.length === 0) continue;
    const toward = across.reduce((best, w) => (share(w) < share(best) ? w : best));
    rim.vertex.push(v);
    rim.toward.push(toward);
    rim.share.push(onGrid(share(toward)));
  }
  keepUnfolded(
    rim,
    uvs,
    quads.filter((_, q) => isFace(q) && kept[q]),
  );
  return rim;
}

/** Keeps few digits, so that mirrored vertices slide by the same number. */
const onGrid = (share: number) => Math.round(share * 1024) / 1024;

/** Lets vertices slide half as far where sliding would fold or nearly flatten a corner of a quad in the map. */
function keepUnfolded(rim: Rim, uvs: Float32Array, quads: readonly QuadCorners[]): void {
  const index = new Map(rim.vertex.map((v, i) => [v, i]));
  const concerned = quads.filter((quad) => quad.some((v) => index.has(v)));
  const still = (v: number): readonly [number, number] => [uvs[2 * v], uvs[2 * v + 1]];
  const slid = (v: number): readonly [number, number] => {
    const i = index.get(v);
    if (i === undefined) return still(v);
    const [from, to, share] = [still(v), still(rim.toward[i]), rim.share[i]];
    return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
  };
  for (let round = 0; round < 8; round++) {
    const folded = concerned.filter((quad) => {
      const before = cornerAreas(quad.map(still));
      return cornerAreas(quad.map(slid)).some((area, k) => area < 0.02 * before[k]);
    });
    if (folded.length === 0) return;
    for (const v of new Set(folded.flat())) {
      const i = index.get(v);
      if (i !== undefined) rim.share[i] = onGrid(rim.share[i] / 2);
    }
  }
}

/** Area of the triangle at each corner; positive as the map shows them from outside, v down. */
function cornerAreas(corners: readonly (readonly [number, number])[]): number[] {
  return corners.map(([x, y], k) => {
    const [nx, ny] = corners[(k + 1) % 4];
    const [px, py] = corners[(k + 3) % 4];
    return ((px - x) * (ny - y) - (py - y) * (nx - x)) / 2;
  });
}
