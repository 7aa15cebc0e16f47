/** For tests: the operations of the renderer, each with inputs that are the same on every engine. */
import * as tf from "@tensorflow/tfjs";
import { gatherOrZero } from "../base/engine/gather-or-zero.js";
import { createRandom } from "../base/tensor/random.js";
import { sparseFromRows, sparseOperator } from "../base/tensor/sparse-matrix.js";
import { locateFragments } from "../graphics/renderer/barycentrics.js";
import { interpolate } from "../graphics/renderer/interpolate.js";
import { antialias } from "../graphics/renderer/outline/antialias.js";
import { rasterize } from "../graphics/renderer/rasterize.js";
import { renderTextured } from "../graphics/renderer/render.js";
import { sampleTexture } from "../graphics/renderer/sample-texture.js";
import { shade } from "../graphics/renderer/shade/shade.js";
import { vertexNormals } from "../graphics/renderer/vertex-normals.js";
import { projectToClip, projectToImage } from "../graphics/scene/camera.js";
import { valuesOn } from "./compare-backends.js";
import { weightedSum } from "./each-engine.js";
import { bumpyMeshes } from "./random-scenes.js";

/** An operation: its differentiable inputs, which are made anew on each engine, and what it makes of them. */
export interface Case {
  inputs(): tf.Tensor[];
  /** Computes the outputs; each is compared, and so are the gradients of their weighted sum. */
  f(...inputs: tf.Tensor[]): tf.Tensor[];
}

export const normal = (shape: number[], seed: number) =>
  tf.tensor(createRandom(seed).normalArray(tf.util.sizeFromShape(shape)), shape);
const uniform = (shape: number[], seed: number, from: number, to: number) => {
  const random = createRandom(seed);
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, () => from + (to - from) * random.uniform()),
    shape,
  );
};

/** Values and gradients, as tensors. */
export function everything({ inputs, f }: Case): tf.Tensor[] {
  const given = inputs();
  const loss = (...xs: tf.Tensor[]) => tf.addN(f(...xs).map(weightedSum)) as tf.Scalar;
  return [...f(...given), ...tf.grads(loss)(given)];
}

/**
 * Fragments of random meshes in a picture that is not square. cpu finds them, so that all engines get the same ones.
 */
const fragments = new Map<number, { ids: tf.TypedArray; depth: tf.TypedArray }>();
const [height, width] = [24, 32];
const visible = (batch: number) => tf.tensor3d(fragments.get(batch)!.ids, [batch, height, width], "int32");
const depth = (batch: number) => tf.tensor3d(fragments.get(batch)!.depth, [batch, height, width]);

/** Finds the fragments; call it before `casesOf`. */
export async function findFragments(): Promise<void> {
  for (const batch of [1, 2]) {
    const { vertices, triangles } = bumpyMeshes(batch);
    const [ids, depth] = await valuesOn("cpu", () => {
      const seen = rasterize(projectToClip(vertices()), triangles(), height, width);
      return [seen.triangleId, seen.depth];
    });
    fragments.set(batch, { ids: ids, depth: depth });
  }
}

/** @param batch 1 or 2 */
export function casesOf(batch: number): Record<string, Case> {
  const { vertices, triangles, uvs } = bumpyMeshes(batch);
  const places = tf.util.sizeFromShape([batch, height, width]);
  const weights = () => uniform([batch, height, width, 3], 1, -0.2, 1) as tf.Tensor4D;
  const mask = () =>
    tf.tensor4d(
      Array.from({ length: places }, (_, i) => Number(i % 7 > 0)),
      [batch, height, width, 1],
    );
  const interpolation = (attributes: number): Case => ({
    inputs: () => [normal([attributes, vertices().shape[1], 5], 2), weights()],
    f: (a, b) => {
      const seen = { triangleId: visible(batch), barycentrics: b as tf.Tensor4D, depth: depth(batch) };
      return [interpolate(a as tf.Tensor3D, seen, triangles())];
    },
  });
  const look = (textures: number): Case => ({
    inputs: () => [normal([textures, 9, 16, 4], 3), uniform([batch, height, width, 2], 4, -0.2, 1.2)],
    f: (texture, uv) => [sampleTexture(texture as tf.Tensor4D, uv as tf.Tensor4D, mask())],
  });
  const lit = (...light: number[]): Case => ({
    inputs: () => [
      normal([batch, height, width, 3], 5),
      tf.mul(normal([batch, height, width, 3], 6), mask()),
      normal(light, 7),
    ],
    f: (a, n, l) => [shade(a as tf.Tensor4D, n as tf.Tensor4D, l as tf.Tensor2D)],
  });
  const whole = (...light: number[]): Case => ({
    inputs: () => [vertices(), uniform([1, 16, 16, 3], 8, 0.2, 1), uniform(light, 12, 0, 0.3)],
    f: (v, map, light) => {
      const points = v as tf.Tensor3D;
      const mesh = { vertices: points, normals: vertexNormals(points, triangles()), triangles: triangles() };
      const style = light.rank === 4 ? ({ antialias: true, colour: "linear" } as const) : {};
      const scene = { ...mesh, uvs: uvs(), size: width, ...style };
      return [renderTextured(scene, map as tf.Tensor4D, light as tf.Tensor2D).image];
    },
  });
  return {
    projectToImage: { inputs: () => [vertices()], f: (v) => [projectToImage(v as tf.Tensor3D)] },
    vertexNormals: { inputs: () => [vertices()], f: (v) => [vertexNormals(v as tf.Tensor3D, triangles())] },
    "barycentrics and depth": {
      inputs: () => [projectToClip(vertices())],
      f: (clip) => {
        const located = locateFragments(clip as tf.Tensor3D, triangles(), visible(batch));
        return [located.barycentrics, located.depth];
      },
    },
    "interpolate, attributes for all": interpolation(1),
    "interpolate, attributes for each": interpolation(batch),
    "sampleTexture, a texture for all": look(1),
    "sampleTexture, a texture for each": look(batch),
    "shade, a light for all": lit(1, 27),
    "shade, a light for each": lit(batch, 27),
    "shade, a map of lights": lit(batch, height, width, 27),
    antialias: {
      inputs: () => [normal([batch, height, width, 4], 11), projectToClip(vertices())],
      f: (colour, clip) => {
        const seen = { triangleId: visible(batch), depth: depth(batch) };
        return [antialias(colour as tf.Tensor4D, seen, clip as tf.Tensor3D, triangles())];
      },
    },
    "the whole renderer": whole(1, 27),
    "the whole renderer, antialiased, in linear light, with a map of lights": whole(batch, 8, 8, 27),
  };
}

const matrix = sparseFromRows(
  Array.from({ length: 40 }, (_, row) =>
    Array.from({ length: row % 6 }, (_, k): [number, number] => [(7 * row + 11 * k) % 30, (row - 3 * k) / 8]),
  ),
  30,
);

export const casesWithoutPicture: Record<string, Case> = {
  gatherOrZero: {
    inputs: () => [normal([20, 3], 9)],
    f: (x) => [gatherOrZero(x, tf.tensor1d([3, -1, 3, 20, 19, 0], "int32"))],
  },
  ...Object.fromEntries(
    [1, 3, 5].map((channels): [string, Case] => [
      `a sparse matrix times ${channels} channels`,
      {
        inputs: () => [normal([2, 30, channels], 10)],
        f: (x) => [sparseOperator(matrix).apply(x as tf.Tensor3D)], // the tidy frees it
      },
    ]),
  ),
};
