/**
 * The mesh on which a graph network colours a face: the vertices that have an albedo of their own in the morphable
 * model. The embedded model has 11,169 of them, one subdivision below the 39,828 drawn vertices, whose colours are
 * interpolated from these. In a model without subdivision they are the drawn vertices.
 */
import type * as tf from "@tensorflow/tfjs";
import {
  multiplySparse,
  type SparseMatrix,
  sparseOperator,
  sparseRowWriter,
} from "../../base/tensor/sparse-matrix.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";

export interface ColourGraph {
  /** M vertices. */
  readonly size: number;
  /**
   * The graph's Laplacian, scaled to [−1, 1] as Chebyshev's polynomials want it: `2 L / λ − I` with `L = I − D^−½ A D^−½`
   * and its bound `λ = 2`, which is `−D^−½ A D^−½`; [M, M], symmetric.
   */
  readonly laplacian: SparseMatrix;
  /** Makes values at drawn vertices from those at coloured vertices, [N, M]. */
  readonly toDrawn: SparseMatrix;
  /** For each vertex the drawn vertex at the same place; −1 if there is none. */
  readonly drawn: Int32Array;
}

/**
 * Two vertices are neighbours if a drawn vertex takes at least this share from each. Without subdivision they are
 * neighbours along edges.
 */
const neighbourShare = 0.25;

type Coloured = Pick<MorphableModelData, "triangles" | "uvs" | "albedoSubdivision">;

export function colourGraph({ triangles, uvs, albedoSubdivision }: Coloured): ColourGraph {
  const [first, ...more] = albedoSubdivision;
  if (!first) {
    const count = uvs.length / 2;
    const toDrawn = identityMatrix(count);
    const corners = Array.from({ length: triangles.length / 3 }, (_, f) => [
      ...triangles.subarray(3 * f, 3 * f + 3),
    ]);
    return { size: count, laplacian: laplacian(corners, count), toDrawn, drawn: toDrawn.column };
  }
  const toDrawn = more.reduce((product, next) => multiplySparse(next, product), first);
  const { rows, columns, rowStart, column, value } = toDrawn;
  const shared: number[][] = [];
  const drawn = new Int32Array(columns).fill(-1);
  const largest = new Float32Array(columns);
  for (let r = 0; r < rows; r++) {
    const together: number[] = [];
    for (let i = rowStart[r]; i < rowStart[r + 1]; i++) {
      if (value[i] >= neighbourShare) together.push(column[i]);
      if (value[i] <= largest[column[i]]) continue;
      largest[column[i]] = value[i];
      drawn[column[i]] = r;
    }
    shared.push(together);
  }
  return { size: columns, laplacian: laplacian(shared, columns), toDrawn, drawn };
}

function identityMatrix(size: number): SparseMatrix {
  const writer = sparseRowWriter(size, size);
  for (let v = 0; v < size; v++) {
    writer.add(v, 1);
    writer.endRow();
  }
  return writer.matrix();
}

/** @param groups vertices that are each other's neighbours */
function laplacian(groups: readonly (readonly number[])[], size: number): SparseMatrix {
  const neighbours = Array.from({ length: size }, () => new Set<number>());
  for (const group of groups) {
    for (const a of group) for (const b of group) if (a !== b) neighbours[a].add(b);
  }
  const writer = sparseRowWriter(size, 8 * size);
  for (const own of neighbours) {
    for (const other of own) writer.add(other, -1 / Math.sqrt(own.size * neighbours[other].size));
    writer.endRow();
  }
  return writer.matrix();
}

/** Numbers of the texels in which the graph's vertices lie, −1 for vertices that are not drawn, [M]. */
export function graphTexels({ drawn }: ColourGraph, uvs: Float32Array, uvSize: number): Int32Array {
  const texelOf = (place: number) => Math.min(Math.max(Math.floor(place * uvSize), 0), uvSize - 1);
  return drawn.map((n) => (n < 0 ? -1 : texelOf(uvs[2 * n + 1]) * uvSize + texelOf(uvs[2 * n])));
}

/** Draws the colours of the graph's vertices as flat maps. Owns tensors: `dispose()` frees them. */
export interface GraphPainter {
  /** Differentiable. @param colours [B, M, 3] @returns [B, U, U, 3] */
  toMap(colours: tf.Tensor3D): tf.Tensor4D;
  dispose(): void;
}

export function graphPainter({ toDrawn }: ColourGraph, uvSpace: UvSpace): GraphPainter {
  const operator = sparseOperator(toDrawn);
  return {
    toMap: (colours) => uvSpace.vertexToUv(operator.apply(colours)),
    dispose: () => operator.dispose(),
  };
}
