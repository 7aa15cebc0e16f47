/** For tests: a closed mesh in plain numbers, a subdivided octahedron pushed out onto a sphere. */
import * as tf from "@tensorflow/tfjs";

export interface PlainMesh {
  /** Points on the unit sphere. */
  readonly vertices: [number, number, number][];
  /** Counter-clockwise seen from outside. */
  readonly triangles: [number, number, number][];
}

/** @param subdivisions each divides every triangle in four; 4 gives 1026 vertices, 2048 triangles */
export function sphereMesh(subdivisions: number): PlainMesh {
  const vertices: PlainMesh["vertices"] = [
    [1, 0, 0],
    [-1, 0, 0],
    [0, 1, 0],
    [0, -1, 0],
    [0, 0, 1],
    [0, 0, -1],
  ];
  let triangles: PlainMesh["triangles"] = [
    [0, 2, 4],
    [2, 1, 4],
    [1, 3, 4],
    [3, 0, 4],
    [2, 0, 5],
    [1, 2, 5],
    [3, 1, 5],
    [0, 3, 5],
  ];
  for (let s = 0; s < subdivisions; s++) {
    const middles = new Map<string, number>();
    const middle = (a: number, b: number) => {
      const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
      if (!middles.has(key)) {
        const sum = vertices[a].map((value, i) => value + vertices[b][i]);
        const length = Math.hypot(...sum);
        middles.set(key, vertices.push([sum[0] / length, sum[1] / length, sum[2] / length]) - 1);
      }
      return middles.get(key) as number;
    };
    triangles = triangles.flatMap(([a, b, c]) => {
      const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
      return [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]] as PlainMesh["triangles"]; // biome-ignore format: four triangles
    });
  }
  return { vertices, triangles };
}

/** Length of the radius of a bumpy sphere in a direction: not a sphere, not symmetric, about 1. */
export function bumpyRadius([x, y, z]: readonly number[]): number {
  return 1 + 0.08 * Math.sin(4 * x + 1) * Math.cos(3 * y) + 0.05 * Math.sin(5 * z + 2 * y);
}

/** The bumpy sphere as tensors, `radius` wide, with uvs by looking at it from the front. */
export function bumpySphere(subdivisions: number, radius: number) {
  const { vertices, triangles } = sphereMesh(subdivisions);
  const points = vertices.map((v) => v.map((value) => value * radius * bumpyRadius(v)));
  const uvs = vertices.map(([x, y]) => [0.5 + 0.4 * x, 0.5 - 0.4 * y]);
  return {
    vertices: tf.tensor3d([points]),
    triangles: tf.tensor2d(triangles, [triangles.length, 3], "int32"),
    uvs: tf.tensor3d([uvs]),
  };
}
