import assert from "node:assert/strict";
import { multiplySparseDense, sparseFromRows, transposeSparse } from "../../base/tensor/sparse-matrix.js";
import { colourGraph, graphTexels } from "./colour-graph.js";

/** Two triangles on a square. */
const square = {
  triangles: Int32Array.of(0, 1, 2, 0, 2, 3),
  uvs: Float32Array.of(0.15, 0.15, 0.15, 0.95, 0.95, 0.95, 0.95, 0.15),
};

describe("face/rivals/colour-graph", () => {
  it("has the neighbours along the edges of a mesh that is not subdivided: −1/√(d_i d_j)", () => {
    const { size, laplacian, drawn } = colourGraph({ ...square, albedoSubdivision: [] });
    assert.equal(size, 4);
    assert.deepEqual([...drawn], [0, 1, 2, 3]);
    // Corners 0 and 2 have three neighbours, 1 and 3 have two.
    const [a, b] = [1 / 3, 1 / Math.sqrt(6)];
    const products = multiplySparseDense(laplacian, [1, 0, 0, 0], 1);
    [0, -b, -a, -b].forEach((expected, v) => {
      assert.ok(Math.abs(products[v] - expected) < 1e-6);
    });
    assert.deepEqual(transposeSparse(laplacian), laplacian);
  });

  it("is bounded by 1: the eigenvector √d of a connected graph is turned into its opposite", () => {
    const { laplacian } = colourGraph({ ...square, albedoSubdivision: [] });
    const root = [3, 2, 3, 2].map(Math.sqrt);
    multiplySparseDense(laplacian, root, 1).forEach((value, v) => {
      assert.ok(Math.abs(value + root[v]) < 1e-6);
    });
  });

  it("has the neighbours that drawn vertices are made of, and finds each in the one that has most of it", () => {
    const half = [
      [1, 0.5],
      [0, 0.5],
    ] as const;
    const matrix = sparseFromRows([[[0, 0.75], [1, 0.125], [2, 0.125]], half, [[1, 0.6], [2, 0.4]], [[2, 1]]], 4); // biome-ignore format: rows
    const { size, laplacian, drawn } = colourGraph({ ...square, albedoSubdivision: [matrix] });
    assert.equal(size, 4);
    assert.deepEqual([...drawn], [0, 2, 3, -1]);
    assert.deepEqual([...laplacian.rowStart], [0, 1, 3, 4, 4]);
    assert.deepEqual([...laplacian.column], [1, 0, 2, 1]);
  });

  it("finds the texel of each vertex, and none of one that is not drawn", () => {
    const graph = colourGraph({ ...square, albedoSubdivision: [] });
    assert.deepEqual([...graphTexels(graph, square.uvs, 10)], [11, 91, 99, 19]);
    assert.deepEqual([...graphTexels({ ...graph, drawn: Int32Array.of(2, -1) }, square.uvs, 10)], [99, -1]);
  });
});
