/** The view of a far light: a picture of depths from its side, which tells whether a point is lit. */
import type { Vector } from "rerenderable";
import { findVisible } from "rerenderable/graphics";
import { frame } from "./surroundings.js";

export interface ShadowMap {
  /** The axes as rows: across, up and toward the light. */
  readonly axes: readonly [Vector, Vector, Vector];
  readonly size: number;
  /** The number of texels in 10 cm. */
  readonly scale: number;
  /** The height toward the light of the surface that it sees first, −Infinity if there is none; [size * size]. */
  readonly height: Float32Array;
}

/** Half the side of the picture around the origin, 10 cm: enough for a head in any pose. */
const extent = 1.75;
/** Things farther than this toward or away from the light are not drawn. */
const deep = 6;

/**
 * @param direction unit, toward the light
 * @param size texels a side
 * @param cullBackFaces whether surfaces that face away from the light are left out; closed surfaces lose nothing by
 *   this
 */
export function createShadowMap(
  vertices: Float32Array,
  triangles: Int32Array,
  direction: Vector,
  size: number,
  cullBackFaces = false,
): ShadowMap {
  const [right, up] = frame(direction);
  const count = vertices.length / 3;
  const clip = new Float64Array(4 * count);
  for (let v = 0, i = 0; v < count; v++, i += 3) {
    const x = vertices[i];
    const y = vertices[i + 1];
    const z = vertices[i + 2];
    const o = 4 * v;
    clip[o] = (right[0] * x + right[1] * y + right[2] * z) / extent;
    clip[o + 1] = (up[0] * x + up[1] * y + up[2] * z) / extent;
    clip[o + 2] = -(direction[0] * x + direction[1] * y + direction[2] * z) / deep;
    clip[o + 3] = 1;
  }
  const ids = findVisible(clip, triangles, { height: size, width: size, cullBackFaces });
  const height = new Float32Array(size * size).fill(-Infinity);
  for (let p = 0; p < ids.length; p++) {
    if (ids[p] >= 0) height[p] = -deep * depthAt(clip, triangles, ids[p], p, size);
  }
  return { axes: [right, up, direction], size, scale: size / (2 * extent), height };
}

/** z of a triangle's plane at the centre of a texel. */
function depthAt(clip: Float64Array, triangles: Int32Array, t: number, p: number, size: number): number {
  const [a, b, c] = [4 * triangles[3 * t], 4 * triangles[3 * t + 1], 4 * triangles[3 * t + 2]];
  const x = (2 * ((p % size) + 0.5)) / size - 1 - clip[a];
  const y = 1 - (2 * (Math.floor(p / size) + 0.5)) / size - clip[a + 1];
  const [ex, ey, ez] = [clip[b] - clip[a], clip[b + 1] - clip[a + 1], clip[b + 2] - clip[a + 2]];
  const [fx, fy, fz] = [clip[c] - clip[a], clip[c + 1] - clip[a + 1], clip[c + 2] - clip[a + 2]];
  const area = ex * fy - ey * fx;
  return clip[a + 2] + (ez * (x * fy - y * fx) + fz * (y * ex - x * ey)) / area;
}

/**
 * The share of the light that reaches a point, 0 to 1: the mean over a square of texels, each of which is compared.
 * @param offset how far the point is lifted toward the light first: about a texel
 * @param radius texels on each side
 */
export function lightReaching(
  { axes, size, scale, height }: ShadowMap,
  x: number,
  y: number,
  z: number,
  offset: number,
  radius: number,
): number {
  const [r, u, d] = axes;
  const column = size / 2 + scale * (r[0] * x + r[1] * y + r[2] * z) - 0.5;
  const row = size / 2 - scale * (u[0] * x + u[1] * y + u[2] * z) - 0.5;
  const own = d[0] * x + d[1] * y + d[2] * z + offset;
  const [i, j] = [Math.floor(column), Math.floor(row)];
  if (i < radius || j < radius || i >= size - radius - 1 || j >= size - radius - 1) return 1;
  const [p, q] = [column - i, row - j];
  let [lit, total] = [0, 0];
  for (let b = -radius; b <= radius + 1; b++) {
    const wy = b === -radius ? 1 - q : b === radius + 1 ? q : 1;
    for (let a = -radius; a <= radius + 1; a++) {
      const weight = wy * (a === -radius ? 1 - p : a === radius + 1 ? p : 1);
      total += weight;
      if (height[(j + b) * size + i + a] <= own) lit += weight;
    }
  }
  return lit / total;
}
