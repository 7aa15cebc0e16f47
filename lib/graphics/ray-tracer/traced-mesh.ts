/** The input of the ray tracer: a mesh in the world in plain numbers, and the colour of its surface. */
import { smoothNormals } from "./smooth-normals.js";

export interface TracedMesh {
  /** World frame, [N, 3]. */
  readonly vertices: ArrayLike<number>;
  /** Vertex numbers in 0 to N−1, counter-clockwise seen from outside, [F, 3]. */
  readonly triangles: ArrayLike<number>;
  /**
   * Vectors out of the surface, of any length, [N, 3]; by default, the area-weighted means of the triangles' normals.
   */
  readonly normals?: ArrayLike<number>;
  readonly albedo: VertexAlbedo | AlbedoMap;
}

/** A colour a vertex. */
export interface VertexAlbedo {
  /** [N, 3] */
  readonly colours: ArrayLike<number>;
}

/** A picture on the surface, sampled bilinearly between texels' centres, its border kept beyond them. */
export interface AlbedoMap {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], top row first. */
  readonly data: ArrayLike<number>;
  /** u right, v down, 0 to 1, [M, 2]. */
  readonly uvs: ArrayLike<number>;
  /** The rows of `uvs` of each triangle, [F, 3]; `triangles` by default. */
  readonly uvTriangles?: ArrayLike<number>;
}

/** A mesh that has been checked and has its normals. */
export type ReadyMesh = Required<TracedMesh>;

/** @throws one line that names the argument, what was expected and what came */
export function readyMesh(caller: string, mesh: TracedMesh): ReadyMesh {
  const { vertices, triangles, albedo } = mesh;
  checkRows(caller, "vertices", vertices.length, 3);
  checkRows(caller, "triangles", triangles.length, 3);
  const vertexCount = vertices.length / 3;
  checkNumbers(caller, "triangles", triangles, vertexCount);
  const normals = mesh.normals ?? smoothNormals(vertices, triangles);
  checkLength(caller, "normals", normals.length, [vertexCount, 3]);
  if ("colours" in albedo) {
    checkLength(caller, "albedo.colours", albedo.colours.length, [vertexCount, 3]);
  } else {
    const { width, height, data, uvs, uvTriangles = triangles } = albedo;
    checkLength(caller, "albedo.data", data.length, [height, width, 3]);
    checkRows(caller, "albedo.uvs", uvs.length, 2);
    checkLength(caller, "albedo.uvTriangles", uvTriangles.length, [triangles.length / 3, 3]);
    checkNumbers(caller, "albedo.uvTriangles", uvTriangles, uvs.length / 2);
  }
  return { vertices, triangles, normals, albedo };
}

function checkRows(caller: string, name: string, length: number, columns: number): void {
  if (length % columns === 0) return;
  throw new Error(`${caller}: \`${name}\` should have ${columns} numbers a row but has ${length} in all.`);
}

function checkLength(caller: string, name: string, length: number, shape: readonly number[]): void {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (length === expected && length > 0) return;
  throw new Error(`${caller}: \`${name}\` should have ${shape.join(" x ")} numbers but has ${length}.`);
}

function checkNumbers(caller: string, name: string, numbers: ArrayLike<number>, rows: number): void {
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isInteger(numbers[i]) && numbers[i] >= 0 && numbers[i] < rows) continue;
    throw new Error(
      `${caller}: \`${name}\` should have whole numbers from 0 to ${rows - 1} but has ${numbers[i]} at ${i}.`,
    );
  }
}
