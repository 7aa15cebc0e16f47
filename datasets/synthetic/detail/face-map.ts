/** The flat map of the embedded model in plain numbers: what lies at each texel, for painting. */
import type { MorphableModelData } from "rerenderable";
import { multiplySparseDense } from "rerenderable/base";
import { findVisible } from "rerenderable/graphics";
import { lipMask } from "./lip-mask.js";

export interface FaceMap {
  /** Side in texels. */
  readonly size: number;
  /** The triangle at each texel, or one nearby if none lies there; −1 far from the face; [U * U]. */
  readonly triangle: Int32Array;
  /** Weights of its corners, [U * U * 3]. */
  readonly weights: Float32Array;
  /** Whether a triangle lies there. */
  readonly covered: Uint8Array;
  /** Whether facial skin lies there: the paper's `M_uv`. */
  readonly skin: Uint8Array;
  /** Place on the mean face, model frame, [U * U * 3]. */
  readonly place: Float32Array;
  /** 1 on the lips, less at their edge, [U * U]. */
  readonly lips: Float32Array;
  /** Places of the 68 landmarks on the map, u and v in 0 to 1. */
  readonly landmarks: readonly (readonly [number, number])[];
}

/** How many texels around the face repeat its edge, for bilinear look-ups. */
const margin = 4;

export function createFaceMap(data: MorphableModelData, size: number): FaceMap {
  const { uvs, triangles, skinTriangle, landmarks } = data;
  const clip = new Float32Array(2 * uvs.length);
  for (let i = 0; i < uvs.length; i += 2) clip.set([2 * uvs[i] - 1, 1 - 2 * uvs[i + 1], 0, 1], 2 * i);
  const triangle = findVisible(clip, triangles, { height: size, width: size, cullBackFaces: false });
  const covered = Uint8Array.from(triangle, (t) => Number(t >= 0));
  const skin = Uint8Array.from(triangle, (t) => (t >= 0 ? skinTriangle[t] : 0));
  const weights = new Float32Array(3 * size * size);
  for (let p = 0; p < triangle.length; p++) {
    if (triangle[p] >= 0) weights.set(cornerWeights(uvs, triangles, triangle[p], p, size), 3 * p);
  }
  growEdge(triangle, weights, size);
  const mean = data.shapeSubdivision.reduce((x, matrix) => multiplySparseDense(matrix, x, 3), data.meanShape);
  const map = { size, triangle, weights, covered, skin };
  const places = Array.from(landmarks, (v) => [uvs[2 * v], uvs[2 * v + 1]] as const);
  return {
    ...map,
    place: verticesOnMap(map, triangles, mean),
    lips: lipMask(places, size),
    landmarks: places,
  };
}

/** Values at vertices as a map, 0 far from the face. @param values [N * 3] @returns [U * U * 3] */
export function verticesOnMap(
  { triangle, weights }: Pick<FaceMap, "triangle" | "weights">,
  triangles: ArrayLike<number>,
  values: ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(weights.length);
  for (let p = 0; p < triangle.length; p++) {
    if (triangle[p] < 0) continue;
    for (let corner = 0; corner < 3; corner++) {
      const v = 3 * triangles[3 * triangle[p] + corner];
      const weight = weights[3 * p + corner];
      for (let k = 0; k < 3; k++) out[3 * p + k] += weight * values[v + k];
    }
  }
  return out;
}

function cornerWeights(
  uvs: Float32Array,
  triangles: Int32Array,
  t: number,
  p: number,
  size: number,
): number[] {
  const [u, v] = [((p % size) + 0.5) / size, (Math.floor(p / size) + 0.5) / size];
  const corner = (k: number) => {
    const i = 2 * triangles[3 * t + k];
    return [uvs[i] - u, uvs[i + 1] - v] as const;
  };
  const [a, b, c] = [corner(0), corner(1), corner(2)];
  const cross = (p: readonly number[], q: readonly number[]) => p[0] * q[1] - p[1] * q[0];
  const areas = [cross(b, c), cross(c, a), cross(a, b)];
  const sum = areas[0] + areas[1] + areas[2];
  return areas.map((area) => area / sum);
}

/** Repeats the face's edge outward by a few texels. */
function growEdge(triangle: Int32Array, weights: Float32Array, size: number): void {
  for (let ring = 0; ring < margin; ring++) {
    const before = triangle.slice();
    for (let p = 0; p < before.length; p++) {
      if (before[p] >= 0) continue;
      const x = p % size;
      const near = [x > 0 ? p - 1 : -1, x < size - 1 ? p + 1 : -1, p - size, p + size];
      const from = near.find((q) => q >= 0 && q < before.length && before[q] >= 0);
      if (from === undefined) continue;
      triangle[p] = before[from];
      weights.copyWithin(3 * p, 3 * from, 3 * from + 3);
    }
  }
}
