/** For tests: meshes that are the same on every engine, as functions that make their tensors. */
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../base/tensor/random.js";
import { rotationMatrix } from "../graphics/scene/pose.js";
import { bumpyRadius, sphereMesh } from "./sphere-mesh.js";

/** Bumpy spheres, each turned its own way: vertices [B, 258, 3], triangles, and uvs [1, 258, 2]. */
export function bumpyMeshes(batch: number, subdivisions = 3) {
  const { vertices, triangles } = sphereMesh(subdivisions);
  const random = createRandom(21);
  const points = Array.from({ length: batch }, () => {
    const turn = rotationMatrix([random.normal(), random.normal(), random.normal()]);
    return vertices.map((v) =>
      turn.map((row) => 0.9 * bumpyRadius(v) * row.reduce((sum, value, k) => sum + value * v[k], 0)),
    );
  });
  const uvs = vertices.map(([x, y]) => [0.5 + 0.4 * x, 0.5 - 0.4 * y]);
  return {
    vertices: () => tf.tensor3d(points as number[][][]),
    triangles: () => tf.tensor2d(triangles, [triangles.length, 3], "int32"),
    uvs: () => tf.tensor3d([uvs]),
  };
}

/**
 * Makes triangles of all sizes, from parts of a pixel to the whole picture, in any order and through each other, as
 * clip coordinates [B, 3 F, 4] and faces [F, 3]. With `spoil`, some corners cannot be drawn.
 */
export function looseTriangles(batch: number, faces: number, seed: number, spoil = false) {
  const random = createRandom(seed);
  const notFinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const behind = [Number.NaN, Number.NEGATIVE_INFINITY, 0, -1];
  const corner = ([x, y, z]: readonly number[], extent: number) => {
    const w = 1 + 9 * random.uniform();
    const place = [x, y, z].map((value, k) => value + (k < 2 ? extent : 0.1) * random.normal());
    const clip = [...place.map((value) => value * w), w];
    if (!spoil || random.uniform() > 0.1) return clip;
    const which = random.integer(4);
    const bad = which < 3 ? notFinite : behind;
    clip[which] = bad[random.integer(bad.length)];
    return clip;
  };
  const values = Array.from({ length: batch * faces }, () => {
    const middle = [2 * random.uniform() - 1, 2 * random.uniform() - 1, 2.4 * random.uniform() - 1.2];
    const extent = 10 ** (-2.5 * random.uniform());
    return [0, 1, 2].flatMap(() => corner(middle, extent));
  });
  const corners = Array.from({ length: faces }, (_, t) => [3 * t, 3 * t + 1, 3 * t + 2]);
  return {
    clip: () => tf.tensor3d(values.flat(), [batch, 3 * faces, 4]),
    triangles: () => tf.tensor2d(corners, [faces, 3], "int32"),
  };
}
