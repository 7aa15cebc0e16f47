/**
 * For tests: a coarse face from which other models can be made, sampled from the embedded one on a grid of its map.
 */
import type { ReferenceFace } from "../face/morphable-model/flat-map/reference-face.js";
import { searchSurface } from "../face/morphable-model/flat-map/surface-points.js";

export interface FaceGrid {
  /** [N * 3], units of 10 cm, in the embedded model's frame. */
  readonly positions: Float64Array;
  /** Quads, counter-clockwise from outside. */
  readonly polygons: readonly (readonly [number, number, number, number])[];
  /** The place where each vertex was sampled, [N * 2]. */
  readonly uvs: Float64Array;
  /** [68] */
  readonly landmarks: Int32Array;
}

/** @param side vertices along the grid, before those beside the face are left out */
export function faceGrid(reference: ReferenceFace, side: number): FaceGrid {
  const { data, positions: surface, part } = reference;
  const search = searchSurface(data.uvs, data.triangles, 2, 0.05);
  const number = new Map<number, number>();
  const [positions, uvs]: number[][] = [[], []];
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const place = [(column + 0.5) / side, (row + 0.5) / side];
      const found = search.nearest(place, (t) => part[t] === "face");
      if (!found || found.distance > 1e-9) continue;
      number.set(row * side + column, positions.length / 3);
      uvs.push(...place);
      for (let k = 0; k < 3; k++)
        positions.push(
          found.barycentrics.reduce(
            (sum, weight, c) => sum + weight * surface[3 * data.triangles[3 * found.triangle + c] + k],
            0,
          ),
        );
    }
  const polygons = [...number.keys()].flatMap((cell) => {
    const corners = [cell, cell + side, cell + side + 1, cell + 1].map((c) => number.get(c));
    const wraps = (cell + 1) % side === 0;
    return wraps || corners.includes(undefined) ? [] : [corners as [number, number, number, number]];
  });
  const taken = new Set<number>();
  const landmarks = Int32Array.from(data.landmarks, (v) => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let i = 0; i < uvs.length / 2; i++) {
      if (taken.has(i)) continue;
      const distance = Math.hypot(uvs[2 * i] - data.uvs[2 * v], uvs[2 * i + 1] - data.uvs[2 * v + 1]);
      if (distance < least) [best, least] = [i, distance];
    }
    taken.add(best);
    return best;
  });
  return { positions: Float64Array.from(positions), polygons, uvs: Float64Array.from(uvs), landmarks };
}
