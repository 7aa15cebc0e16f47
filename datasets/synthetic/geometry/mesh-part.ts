/** Pieces of a scene's mesh, and the one mesh that they make together. */

/** The materials of surfaces. They decide how light falls on a surface and what the truth maps call it. */
export const materials = ["face", "skin", "hair", "teeth", "tongue", "frame", "lens", "cloth"] as const;
export type Material = (typeof materials)[number];

export interface MeshPart {
  readonly material: Material;
  /** Model frame, 10 cm, [N * 3]. */
  readonly vertices: Float32Array;
  /** Counter-clockwise from outside, [F * 3] from 0. */
  readonly triangles: Int32Array;
  /** The colours in encoded sRGB, [N * 3]; those of the face are not read, as it has a map. */
  readonly colours: Float32Array;
  /**
   * Unit normals out of the surface; for hair, directions along the strand, from root to tip; [N * 3]. By default
   * they come from the triangles.
   */
  readonly normals?: Float32Array;
}

export interface SceneMesh {
  /** World frame, [N * 3]. */
  readonly vertices: Float32Array;
  readonly normals: Float32Array;
  readonly colours: Float32Array;
  /** The triangles, [F * 3]; those of the face come first. */
  readonly triangles: Int32Array;
  /** Index in `materials` of each triangle, [F]. */
  readonly material: Uint8Array;
}

/** Joins all parts, in their order, into one mesh. */
export function joinParts(parts: readonly MeshPart[]): SceneMesh {
  const vertexCount = sum(parts.map(({ vertices }) => vertices.length / 3));
  const triangleCount = sum(parts.map(({ triangles }) => triangles.length / 3));
  const mesh = {
    vertices: new Float32Array(3 * vertexCount),
    normals: new Float32Array(3 * vertexCount),
    colours: new Float32Array(3 * vertexCount),
    triangles: new Int32Array(3 * triangleCount),
    material: new Uint8Array(triangleCount),
  };
  let [v, t] = [0, 0];
  for (const part of parts) {
    mesh.vertices.set(part.vertices, 3 * v);
    mesh.normals.set(part.normals ?? areaNormals(part.vertices, part.triangles), 3 * v);
    mesh.colours.set(part.colours, 3 * v);
    for (let i = 0; i < part.triangles.length; i++) mesh.triangles[3 * t + i] = part.triangles[i] + v;
    mesh.material.fill(materials.indexOf(part.material), t, t + part.triangles.length / 3);
    v += part.vertices.length / 3;
    t += part.triangles.length / 3;
  }
  return mesh;
}

/** Unit normals of vertices; each triangle's normal is weighted by its area. @returns [N * 3] */
export function areaNormals(p: ArrayLike<number>, triangles: ArrayLike<number>): Float32Array {
  const sums = new Float64Array(p.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ex, ey, ez] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [fx, fy, fz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const [x, y, z] = [ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx];
    for (let k = 0; k < 3; k++) {
      const v = k === 0 ? a : k === 1 ? b : c;
      sums[v] += x;
      sums[v + 1] += y;
      sums[v + 2] += z;
    }
  }
  const normals = new Float32Array(p.length);
  for (let v = 0; v < p.length; v += 3) {
    const length = Math.sqrt(sums[v] ** 2 + sums[v + 1] ** 2 + sums[v + 2] ** 2) || 1;
    for (let k = 0; k < 3; k++) normals[v + k] = sums[v + k] / length;
  }
  return normals;
}

/** The same colour for every vertex. */
export function plainColours(vertexCount: number, colour: readonly number[]): Float32Array {
  return Float32Array.from({ length: 3 * vertexCount }, (_, i) => colour[i % 3]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
