/** The mean face of the embedded model as a surface with our parameterisation, for other meshes to be laid onto. */

import {
  multiplySparseDense,
  type SparseMatrix,
  sparseFromRows,
} from "../../../base/tensor/sparse-matrix.js";
import { boundaryLoops, meshNormals, neighbourLists, pieces } from "../mesh/mesh-topology.js";
import type { MorphableModelData } from "../morphable-model.js";
import { type SurfacePoint, searchSurface } from "./surface-points.js";

export interface ReferenceFace {
  readonly data: MorphableModelData;
  /** Mean shape of the drawn vertices, [N * 3]. */
  readonly positions: Float32Array;
  /** Unit, [N * 3]. */
  readonly normals: Float64Array;
  /**
   * For each triangle the part it belongs to: the face with lids and mouth, the eyeball at negative x, or the eyeball
   * at positive x; [F].
   */
  readonly part: readonly ("face" | "rightEye" | "leftEye")[];
  /** 1 where a triangle touches the outer rim, [F]. */
  readonly atRim: Uint8Array;
}

export function referenceFace(data: MorphableModelData): ReferenceFace {
  const positions = data.shapeSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), data.meanShape);
  const count = data.triangles.length / 3;
  const polygons = Array.from({ length: count }, (_, t) => [...data.triangles.subarray(3 * t, 3 * t + 3)]);
  const piece = pieces(neighbourLists(polygons, positions.length / 3));
  const face = piece[data.landmarks[30]];
  const part = polygons.map(([v]) =>
    piece[v] === face ? "face" : positions[3 * v] < 0 ? "rightEye" : "leftEye",
  );
  const [rim] = boundaryLoops(polygons.filter((_, t) => part[t] === "face"));
  const onRim = new Set(rim);
  return {
    data,
    positions,
    normals: meshNormals(positions, data.triangles),
    part,
    atRim: Uint8Array.from(polygons, (corners) => Number(corners.some((v) => onRim.has(v)))),
  };
}

/** The uv of a point of our face. */
export function uvAt({ data }: ReferenceFace, { triangle, barycentrics }: SurfacePoint): [number, number] {
  const at = (k: number) =>
    barycentrics.reduce(
      (sum, weight, c) => sum + weight * data.uvs[2 * data.triangles[3 * triangle + c] + k],
      0,
    );
  return [at(0), at(1)];
}

/**
 * A matrix that reads values of the embedded model at given places of the parameterisation. It is multiplied with
 * values at the drawn vertices.
 * @param uvs [N * 2]
 * @param part which part of our face each place belongs to, [N]
 */
export function valuesAtUvs(
  uvs: ArrayLike<number>,
  part: readonly ReferenceFace["part"][number][],
  reference: ReferenceFace,
): SparseMatrix {
  const { data } = reference;
  const surface = searchSurface(data.uvs, data.triangles, 2, 0.1);
  const rows = part.map((wanted, v): [number, number][] => {
    const found = surface.nearest([uvs[2 * v], uvs[2 * v + 1]], (t) => reference.part[t] === wanted);
    if (!found) return [[0, 0]];
    return found.barycentrics.map((weight, c) => [data.triangles[3 * found.triangle + c], weight]);
  });
  return sparseFromRows(rows, data.uvs.length / 2);
}
