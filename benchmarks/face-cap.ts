/**
 * The mesh that renderers are timed on: a grid of 189 × 189 vertices bent into a cap like a face, 35,721 vertices and
 * 70,688 triangles. It covers 58 % of a picture, with 0.4 pixels a triangle at 224 px. The embedded model changes with
 * each bake; this stays, so that rows of the CSV can be compared over the years.
 */
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "rerenderable";
import { type TexturedScene, vertexNormals } from "rerenderable/graphics";

const side = 189;

/** Plain numbers: batch `B`, `N` vertices, `F` triangles. */
export interface FaceCap {
  readonly vertexCount: number;
  /** World frame, before the default camera, each item turned a little further; [B * N * 3]. */
  readonly vertices: Float32Array;
  /** [F * 3] */
  readonly triangles: Int32Array;
  /** u right, v down, 0 to 1; [N * 2]. */
  readonly uvs: Float32Array;
}

export function faceCap(batch: number): FaceCap {
  const points = Array.from({ length: side * side }, (_, k) => capPoint(k % side, Math.floor(k / side)));
  const vertices = new Float32Array(batch * points.length * 3);
  for (let n = 0, o = 0; n < batch; n++) {
    const yaw = 0.15 + 0.02 * n;
    for (const [x, y, z] of points) {
      vertices[o++] = x * Math.cos(yaw) + z * Math.sin(yaw);
      vertices[o++] = y;
      vertices[o++] = z * Math.cos(yaw) - x * Math.sin(yaw);
    }
  }
  const uvs = Float32Array.from(points.flatMap((_, k) => [k % side, side - 1 - Math.floor(k / side)]));
  return {
    vertexCount: points.length,
    vertices,
    triangles: gridTriangles(),
    uvs: uvs.map((value) => value / (side - 1)),
  };
}

/** From the grid's square to a disc, and from the disc onto a cap of 95° with a nose, eyes and small bumps. */
function capPoint(column: number, row: number): [number, number, number] {
  const [u, v] = [(2 * column) / (side - 1) - 1, (2 * row) / (side - 1) - 1];
  const [across, up] = [u * Math.sqrt(1 - (v * v) / 2), v * Math.sqrt(1 - (u * u) / 2)];
  const polar = Math.min(1, Math.hypot(across, up)) * ((95 * Math.PI) / 180);
  const around = Math.atan2(up, across);
  const [x, y] = [Math.sin(polar) * Math.cos(around), Math.sin(polar) * Math.sin(around)];
  const bump = (atX: number, atY: number, narrowX: number, narrowY: number) =>
    Math.exp(-((x - atX) ** 2 * narrowX + (y - atY) ** 2 * narrowY));
  const nose = 0.18 * bump(0, -0.1, 60, 12);
  const eyes = -0.06 * (bump(0.35, 0.25, 50, 50) + bump(-0.35, 0.25, 50, 50));
  const rough = 0.01 * Math.sin(17 * u) * Math.cos(13 * v);
  return [0.87 * x, 1.04 * y, 0.7 * Math.cos(polar) + nose + eyes + rough];
}

function gridTriangles(): Int32Array {
  const corners: number[] = [];
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const a = row * side + column;
      corners.push(a, a + 1, a + side + 1, a, a + side + 1, a + side);
    }
  }
  return Int32Array.from(corners);
}

/** Side of its maps. */
export const mapSide = 256;

/** The cap with random maps, an albedo and 27 numbers of light a texel for each item, and a picture to compare with. */
export function faceCapScene(batch: number, size: number) {
  const { vertexCount, vertices, triangles, uvs } = faceCap(batch);
  const map = (channels: number, seed: number) => {
    const values = uniformArray(batch * mapSide ** 2 * channels, seed);
    return tf.tensor4d(values, [batch, mapSide, mapSide, channels]);
  };
  const points = tf.tensor3d(vertices, [batch, vertexCount, 3]);
  const faces = tf.tensor2d(triangles, [triangles.length / 3, 3], "int32");
  return {
    vertices: points,
    normals: vertexNormals(points, faces),
    triangles: faces,
    uvs: tf.tensor3d(uvs, [1, vertexCount, 2]),
    size,
    albedoMap: map(3, 1),
    light: map(27, 2),
    target: tf.tensor4d(uniformArray(batch * size * size * 3, 3), [batch, size, size, 3]),
  } satisfies TexturedScene & Record<string, unknown>;
}

export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum);
}

/** Numbers in [0, 1), the same at each call. */
export function uniformArray(size: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: size }, () => random.uniform());
}
