/** The mesh that carries the albedo: the cut, subdivided once, with all that painting needs. */
import { multiplySparseDense } from "rerenderable/base";
import { bilinearSubdivision, type Subdivision } from "rerenderable/face";
import type { FaceCut, Part } from "./face-cut.js";

/** The mesh subdivided once, which carries the albedo. */
export interface AlbedoMesh {
  /** [M * 3], the package's frame. */
  readonly positions: Float64Array;
  /** Unit normals, [M * 3]. */
  readonly normals: Float64Array;
  /** Face parameterisation, [M * 2]. */
  readonly uvs: Float64Array;
  /** The package's texture atlas, origin bottom left, [M * 2]. */
  readonly atlas: Float64Array;
  readonly part: readonly Part[];
  readonly mirror: readonly number[];
}

/** @param mean mean shape of the cut, [N * 3] @param once the cut, subdivided once */
export function albedoMesh(
  cut: FaceCut,
  mean: ArrayLike<number>,
  uvs: ArrayLike<number>,
  once: Subdivision,
): AlbedoMesh {
  const bilinear = bilinearSubdivision(cut.quads, cut.bodyVertex.length);
  const positions = Float64Array.from(multiplySparseDense(once.matrix, mean, 3));
  const vertexCount = positions.length / 3;
  const atlasOfVertex = new Float64Array(cut.bodyVertex.length * 2);
  const part: AlbedoMesh["part"][number][] = new Array(vertexCount).fill("face");
  // The rims between parts belong to the face: it comes last.
  const order = cut.quads
    .map((_, q) => q)
    .sort((a, b) => Number(cut.part[a] === "face") - Number(cut.part[b] === "face"));
  for (const q of order) {
    cut.quads[q].forEach((c, k) => {
      atlasOfVertex.set(cut.atlas[q][k], 2 * c);
    });
    for (let k = 0; k < 4; k++) for (const c of once.quads[4 * q + k]) part[c] = cut.part[q];
  }
  return {
    positions,
    normals: vertexNormals(positions, once.quads),
    uvs: Float64Array.from(multiplySparseDense(bilinear, uvs, 2)),
    atlas: Float64Array.from(multiplySparseDense(bilinear, atlasOfVertex, 2)),
    part,
    mirror: fineMirror(positions),
  };
}

function vertexNormals(positions: Float64Array, quads: readonly (readonly number[])[]): Float64Array {
  const normals = new Float64Array(positions.length);
  for (const [a, b, c, d] of quads as readonly [number, number, number, number][]) {
    const e = [0, 1, 2].map((k) => positions[3 * c + k] - positions[3 * a + k]) as [number, number, number];
    const f = [0, 1, 2].map((k) => positions[3 * d + k] - positions[3 * b + k]) as [number, number, number];
    const n = [e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0]];
    for (const v of [a, b, c, d]) for (let k = 0; k < 3; k++) normals[3 * v + k] += n[k];
  }
  for (let v = 0; v < normals.length / 3; v++) {
    const length = Math.hypot(normals[3 * v], normals[3 * v + 1], normals[3 * v + 2]) || 1;
    for (let k = 0; k < 3; k++) normals[3 * v + k] /= length;
  }
  return normals;
}

function fineMirror(positions: Float64Array): number[] {
  const key = (sign: number, v: number) =>
    [sign * positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]]
      .map((c) => Math.round(c * 1e4) + 0)
      .join(" ");
  const count = positions.length / 3;
  const index = new Map(Array.from({ length: count }, (_, v) => [key(1, v), v]));
  return Array.from({ length: count }, (_, v) => index.get(key(-1, v)) ?? v);
}
