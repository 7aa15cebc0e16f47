/** Turns lines in space into thin flat ribbons, the hairs of a mesh. */
import type { MeshPart } from "./mesh-part.js";

export interface Strand {
  /** Root to tip, model frame, [K * 3]. */
  readonly points: Float64Array;
  /** Encoded sRGB at the root and at the tip. */
  readonly root: readonly number[];
  readonly tip: readonly number[];
  /** The width at the root, 10 cm. */
  readonly width: number;
  /** A direction out of the head at the root: the ribbon lies across it. */
  readonly out: readonly number[];
}

/** @returns one part whose normals are the strands' directions */
export function ribbons(strands: readonly Strand[]): MeshPart {
  const points = strands.reduce((sum, strand) => sum + strand.points.length / 3, 0);
  const vertices = new Float32Array(6 * points);
  const normals = new Float32Array(6 * points);
  const colours = new Float32Array(6 * points);
  const triangles = new Int32Array(6 * (points - strands.length));
  let [v, t] = [0, 0];
  for (const { points: p, root, tip, width, out } of strands) {
    const count = p.length / 3;
    for (let i = 0; i < count; i++) {
      const [a, b] = [3 * Math.max(i - 1, 0), 3 * Math.min(i + 1, count - 1)];
      const along = unitOf(p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]);
      const side = unitOf(
        along[1] * out[2] - along[2] * out[1],
        along[2] * out[0] - along[0] * out[2],
        along[0] * out[1] - along[1] * out[0],
      );
      const share = i / (count - 1);
      const half = (width / 2) * (1 - 0.75 * share ** 2);
      for (let k = 0; k < 3; k++) {
        vertices[3 * v + k] = p[3 * i + k] - half * side[k];
        vertices[3 * v + 3 + k] = p[3 * i + k] + half * side[k];
        normals[3 * v + k] = normals[3 * v + 3 + k] = along[k];
        colours[3 * v + k] = colours[3 * v + 3 + k] = root[k] + share * (tip[k] - root[k]);
      }
      if (i < count - 1) {
        triangles.set([v, v + 1, v + 3, v, v + 3, v + 2], t);
        t += 6;
      }
      v += 2;
    }
  }
  return { material: "hair", vertices, normals, colours, triangles };
}

function unitOf(x: number, y: number, z: number): [number, number, number] {
  const length = Math.sqrt(x * x + y * y + z * z) || 1;
  return [x / length, y / length, z / length];
}
