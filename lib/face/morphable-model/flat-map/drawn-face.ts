/**
 * Prepares another model's mesh to be drawn as ours is: triangles, skin, uvs, landmarks, and where its albedo lies in
 * ours.
 */

import { type SparseMatrix, sparseFromRows } from "../../../base/tensor/sparse-matrix.js";
import { layOntoEye } from "../ict/lay-onto-eye.js";
import { fanTriangles, type Polygons } from "../mesh/mesh-topology.js";
import { type FaceCorrespondence, type FaceMesh, layOntoFace } from "./correspondence.js";
import type { CutVertex } from "./face-outline.js";
import { type ReferenceFace, valuesAtUvs } from "./reference-face.js";
import { transferContours } from "./transfer-contours.js";

export interface HeadMesh extends FaceMesh {
  /** Eyeballs that are pieces of their own; the right eye is at negative x. */
  readonly eyes?: Readonly<Record<"rightEye" | "leftEye", Polygons>>;
}

export interface DrawnFace {
  /** Makes drawn vertices from the mesh's own: each is one of those, or lies between two of them on the outline. */
  readonly vertices: SparseMatrix;
  readonly triangles: Int32Array;
  readonly skinTriangle: Uint8Array;
  /** [drawn * 2] */
  readonly uvs: Float32Array;
  readonly landmarks: Int32Array;
  readonly contours: readonly Int32Array[];
  /** Makes values at the drawn vertices from values at the embedded model's drawn vertices. */
  readonly fromReference: SparseMatrix;
  /** How many skin triangles lay upside down in the map before and after ironing, and how many there are in all. */
  readonly folds: FaceCorrespondence["folds"];
}

/** @param mesh its positions in the model frame */
export function drawFace(mesh: HeadMesh, reference: ReferenceFace): DrawnFace {
  const { rightEye = [], leftEye = [] } = mesh.eyes ?? {};
  const face = layOntoFace(mesh, reference);
  const polygons = [...face.polygons, ...rightEye, ...leftEye];
  const skinTriangle = Uint8Array.from(
    polygons.flatMap((polygon, p) => polygon.slice(2).map(() => face.skin[p] ?? 0)),
  );
  const partOf = new Map<number, "rightEye" | "leftEye">();
  for (const [side, eye] of [
    ["rightEye", rightEye],
    ["leftEye", leftEye],
  ] as const) {
    const vertices = [...new Set(eye.flat())];
    if (vertices.length === 0) continue;
    const positions = vertices.flatMap((v) => [0, 1, 2].map((k) => mesh.positions[3 * v + k]));
    const places = layOntoEye(positions, side, reference);
    vertices.forEach((v, i) => {
      partOf.set(v, side);
      face.uvs.set(places.subarray(2 * i, 2 * i + 2), 2 * v);
    });
  }

  const used = [...new Set(polygons.flat())].sort((a, b) => a - b);
  const drawn = new Map(used.map((v, i) => [v, i]));
  const triangles = fanTriangles(polygons).map((v) => drawn.get(v)!);
  const uvs = Float32Array.from(used.flatMap((v) => [face.uvs[2 * v], face.uvs[2 * v + 1]]));
  const skin = new Set<number>();
  triangles.forEach((v, i) => {
    if (skinTriangle[Math.floor(i / 3)]) skin.add(v);
  });
  // A point of the jaw may lie beyond the outline. Then the nearest vertex of the rim stands for it.
  const landmarks = Int32Array.from(
    mesh.landmarks,
    (v) => drawn.get(v) ?? nearestDrawn(v, mesh.positions, used, skin),
  );
  return {
    vertices: drawnRows(used, face.cuts, mesh.positions.length / 3),
    triangles,
    skinTriangle,
    uvs,
    landmarks,
    contours: transferContours(reference, uvs, [...skin], landmarks),
    fromReference: valuesAtUvs(
      uvs,
      used.map((v) => partOf.get(v) ?? "face"),
      reference,
    ),
    folds: face.folds,
  };
}

function drawnRows(used: readonly number[], cuts: readonly CutVertex[], vertexCount: number): SparseMatrix {
  const rows = used.map((v): [number, number][] => {
    if (v < vertexCount) return [[v, 1]];
    const { from, to, share } = cuts[v - vertexCount];
    return [
      [from, 1 - share],
      [to, share],
    ];
  });
  return sparseFromRows(rows, vertexCount);
}

function nearestDrawn(
  v: number,
  positions: ArrayLike<number>,
  used: readonly number[],
  skin: ReadonlySet<number>,
): number {
  const distance = (i: number) =>
    Math.hypot(...[0, 1, 2].map((k) => positions[3 * used[i] + k] - positions[3 * v + k]));
  const own = [...skin].filter((i) => 3 * used[i] < positions.length);
  return own.reduce((best, i) => (distance(i) < distance(best) ? i : best));
}
