/** The renderer in one screen: a mesh in the world, seen by a camera, textured or coloured, and lit by Eq. 3. */
import * as tf from "@tensorflow/tfjs";
import { type Camera, defaultCamera, projectToClip } from "../scene/camera.js";
import { checkShapes } from "../tensor/check-shapes.js";
import { coverage, type Fragments } from "./fragments.js";
import { interpolate } from "./interpolate.js";
import { rasterize } from "./rasterize.js";
import { sampleTexture } from "./sample-texture.js";
import { shade } from "./shade.js";

export interface Scene {
  /** World frame, [B, N, 3]. */
  readonly vertices: tf.Tensor3D;
  /** World frame, [B, N, 3]; any length. */
  readonly normals: tf.Tensor3D;
  /** Counter-clockwise seen from outside, int32, [F, 3]. */
  readonly triangles: tf.Tensor2D;
  readonly camera?: Camera;
  /** Side of the picture in pixels. */
  readonly size: number;
  /** Whether surfaces seen from behind are left out; true. */
  readonly cullBackFaces?: boolean;
}

export interface TexturedScene extends Scene {
  /** u right, v down, 0 to 1, [B, M, 2], or [1, M, 2] for the whole batch. */
  readonly uvs: tf.Tensor3D;
  /** Rows of `uvs` of each triangle, int32, [F, 3], where seams give a vertex two uvs; `triangles` if left out. */
  readonly uvTriangles?: tf.Tensor2D;
}

export type Rendering = {
  /** Black where empty, not clipped to [0, 1], [B, H, W, 3]. */
  readonly image: tf.Tensor4D;
  /** 1 where something is seen, 0 elsewhere, [B, H, W, 1]. */
  readonly mask: tf.Tensor4D;
  readonly fragments: Fragments;
};

/**
 * Renders with an albedo map, shaded per pixel. Differentiable in vertices, normals, uvs, map and light.
 * @param albedoMap [B, U, U, 3], or [1, U, U, 3] for the whole batch
 * @param light SH coefficients, colour-major: one light, [B, 27] or [1, 27], or a map of lights, [B, U, U, 27]
 */
export function renderTextured(
  scene: TexturedScene,
  albedoMap: tf.Tensor4D,
  light: tf.Tensor2D | tf.Tensor4D,
): Rendering {
  const { uvs, uvTriangles = scene.triangles } = scene;
  if (uvTriangles.shape[0] !== scene.triangles.shape[0]) {
    throw new Error(
      `renderTextured: \`uvTriangles\` should have as many rows as \`triangles\`, ${scene.triangles.shape[0]}, ` +
        `but has ${uvTriangles.shape[0]}.`,
    );
  }
  return tf.tidy(() => {
    const { fragments, mask, normals } = seeSurface(scene);
    const uv = interpolate(uvs, fragments, uvTriangles);
    const albedo = sampleTexture(albedoMap, uv, mask);
    const lights = light.rank === 4 ? sampleTexture(light as tf.Tensor4D, uv, mask) : light;
    return { image: shade(albedo, normals, lights), mask, fragments };
  });
}

/**
 * Renders with one albedo a vertex, shaded per pixel. Differentiable in vertices, normals, albedo and light.
 * @param albedo [B, N, 3], or [1, N, 3] for the whole batch
 * @param light SH coefficients, colour-major, [B, 27] or [1, 27]
 */
export function renderVertexColoured(scene: Scene, albedo: tf.Tensor3D, light: tf.Tensor2D): Rendering {
  return tf.tidy(() => {
    const { fragments, mask, normals } = seeSurface(scene);
    return { image: shade(interpolate(albedo, fragments, scene.triangles), normals, light), mask, fragments };
  });
}

/**
 * Lays a picture over another: `image · mask + background · (1 − mask)`.
 * @param image,background [B, H, W, 3]
 * @param mask [B, H, W, 1], 0 to 1
 */
export function compositeOver(image: tf.Tensor4D, mask: tf.Tensor4D, background: tf.Tensor4D): tf.Tensor4D {
  checkShapes("compositeOver", {
    image: [image, ["B", "H", "W", 3]],
    mask: [mask, ["B", "H", "W", 1]],
    background: [background, ["B", "H", "W", 3]],
  });
  return tf.tidy(() => tf.add(background, tf.mul(tf.sub(image, background), mask)));
}

function seeSurface({ vertices, normals, triangles, camera = defaultCamera, size, cullBackFaces }: Scene) {
  const fragments = rasterize(projectToClip(vertices, camera), triangles, size, size, { cullBackFaces });
  return { fragments, mask: coverage(fragments), normals: interpolate(normals, fragments, triangles) };
}
