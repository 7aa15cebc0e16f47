/**
 * The parts of ICT-FaceKit's mesh that are drawn (the face, the bags behind lips and lids, the eyeballs), and how the
 * modes move each.
 */

import { boundaryLoops, neighbourLists, type Polygons, pieces } from "../mesh/mesh-topology.js";
import type { IctFiles } from "./ict-files.js";

export interface IctParts {
  readonly face: Polygons;
  /** Mouth and eye sockets, which hang on the face behind lips and lids. */
  readonly lining: Polygons;
  readonly eyes: Readonly<Record<"rightEye" | "leftEye", Polygons>>;
  /** Makes a displacement of the whole mesh from one of the moved vertices, both [vertices * 3]. */
  extend(mode: Float32Array, withEyes: boolean): Float32Array;
}

/** How many vertices of the rim a vertex of the lining follows. */
const followed = 6;

export function ictParts({ neutral }: IctFiles): IctParts {
  const { positions } = neutral;
  const vertexCount = positions.length / 3;
  const of = (material: string) =>
    neutral.polygons.flatMap((polygon) => (polygon.material === material ? [polygon.corners] : []));
  const face = of("M_Face");
  const onFace = new Uint8Array(vertexCount);
  for (const polygon of face) for (const v of polygon) onFace[v] = 1;
  const [, ...holes] = boundaryLoops(face);
  const lining = bags(of("M_BackHead"), holes, vertexCount);
  const eyes = { rightEye: of("M_ScleraRight"), leftEye: of("M_ScleraLeft") };

  const hanging = [...new Set(lining.flat())].filter((v) => !onFace[v]);
  const follows = hanging.map((v) => [v, nearestOf(holes.flat(), v, positions)] as const);
  const carried = Object.values(eyes)
    .filter((polygons) => polygons.length > 0 && holes.length > 0)
    .map((polygons) => {
      const vertices = [...new Set(polygons.flat())];
      const centre = middle(positions, vertices);
      const [lids] = [...holes].sort(
        (a, b) => distance(middle(positions, a), centre) - distance(middle(positions, b), centre),
      );
      return { vertices, lids, centre: middle(positions, lids) };
    });
  return {
    face,
    lining,
    eyes,
    extend(mode, withEyes) {
      const out = new Float32Array(positions.length);
      for (let i = 0; i < mode.length; i++) if (onFace[Math.floor(i / 3)]) out[i] = mode[i];
      for (const [v, weights] of follows)
        for (const [w, weight] of weights)
          for (let k = 0; k < 3; k++) out[3 * v + k] += weight * mode[3 * w + k];
      if (withEyes) for (const eye of carried) carryEye(out, mode, positions, eye);
      return out;
    },
  };
}

/** Finds the bags among the polygons behind the face: the pieces that hang on one of its holes. */
function bags(behind: Polygons, holes: readonly (readonly number[])[], vertexCount: number): Polygons {
  const atHole = new Set(holes.flat());
  const piece = pieces(neighbourLists(behind, vertexCount));
  const hanging = new Set(
    behind.flatMap((polygon) => polygon.flatMap((v) => (atHole.has(v) ? [piece[v]] : []))),
  );
  return behind.filter(([v]) => hanging.has(piece[v]));
}

/** The nearest vertices of a list, weighted by inverse square distance; the weights add up to 1. */
function nearestOf(list: readonly number[], v: number, positions: Float64Array): [number, number][] {
  const at = (w: number) => [0, 1, 2].map((k) => positions[3 * w + k]);
  const near = list
    .map((w): [number, number] => [w, distance(at(w), at(v))])
    .sort((a, b) => a[1] - b[1])
    .slice(0, followed)
    .map(([w, d]): [number, number] => [w, 1 / (d * d + 1e-6)]);
  const total = near.reduce((sum, [, weight]) => sum + weight, 0);
  return near.map(([w, weight]) => [w, weight / total]);
}

/** Moves an eyeball with the lids around it, and lets it grow with them: both are linear in the mode. */
function carryEye(
  out: Float32Array,
  mode: Float32Array,
  positions: Float64Array,
  { vertices, lids, centre }: { vertices: readonly number[]; lids: readonly number[]; centre: number[] },
): void {
  const shift = middle(mode, lids);
  let [growth, spread] = [0, 0];
  for (const v of lids)
    for (let k = 0; k < 3; k++) {
      const from = positions[3 * v + k] - centre[k];
      growth += from * (mode[3 * v + k] - shift[k]);
      spread += from * from;
    }
  for (const v of vertices)
    for (let k = 0; k < 3; k++)
      out[3 * v + k] = shift[k] + (growth / spread) * (positions[3 * v + k] - centre[k]);
}

function middle(values: ArrayLike<number>, vertices: readonly number[]): number[] {
  return [0, 1, 2].map((k) => vertices.reduce((sum, v) => sum + values[3 * v + k], 0) / vertices.length);
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
