/** A small mesh for the tests of the files that meshes are written to. */
import type { MeshArrays } from "../face/export/mesh-arrays.js";

/** Two triangles that share an edge and are bent along it; one normal is not of length 1. */
export const bentSquare: MeshArrays = {
  positions: Float32Array.of(-1, -1, 0, 1, -1, 0, 1, 1, 0.5, -1, 1, 0),
  normals: Float32Array.of(0, 0, 1, 0, 0, 2, -0.3, 0.1, 0.9, 0, 0, 1),
  uvs: Float32Array.of(0, 1, 1, 1, 1, 0.25, 0, 0),
  triangles: Uint32Array.of(0, 1, 2, 0, 2, 3),
};
