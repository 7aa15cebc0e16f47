/** The renderer in one screen: a mesh in the world, seen by a camera, textured or coloured, and lit by Eq. 3. */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { defaultCamera, projectToClip } from "../scene/camera.js";
import { finishRendering, litAlbedo } from "./finish-rendering.js";
import { coverage } from "./fragments.js";
import { interpolate } from "./interpolate.js";
import { antialias } from "./outline/antialias.js";
import { rasterize } from "./rasterize.js";
import type { GeometryPictures, Rendering, Scene, TexturedScene } from "./rendering.js";
import { shadeColoured } from "./shade/shade-coloured.js";
import { shadeTextured } from "./shade/shade-textured.js";

/**
 * Renders with an albedo map, shaded per pixel. Differentiable in vertices, normals, uvs, map and light.
 * @param albedoMap [B, U, U, 3], or [1, U, U, 3] for the whole batch
 * @param light SH coefficients, colour-major: one light, [B, 27] or [1, 27], or a map of lights, [B, U, U, 27]
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { type FaceGeometry, type MorphableModel, namedLights, renderTextured } from "rerenderable";
 *
 * function draw({ triangles, uvs }: MorphableModel, geometry: FaceGeometry, albedo: tf.Tensor4D) {
 *   const light = tf.tensor2d([namedLights.window]);
 *   return renderTextured({ ...geometry, triangles, uvs, size: 224 }, albedo, light).image; // [B, 224, 224, 3]
 * }
 * ```
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
    const { clip, fragments, mask } = rasterizeScene(scene);
    const { normals, triangles } = scene;
    const maps = { uvs, uvTriangles, albedoMap: litAlbedo(scene, albedoMap), light };
    const image = shadeTextured({ fragments, normals, triangles, ...maps });
    return finishRendering(scene, clip, { image, mask, fragments });
  });
}

/**
 * Renders with one albedo a vertex, shaded per pixel. Differentiable in vertices, normals, albedo and light.
 * @param albedo [B, N, 3], or [1, N, 3] for the whole batch
 * @param light SH coefficients, colour-major, [B, 27] or [1, 27]
 */
export function renderVertexColoured(scene: Scene, albedo: tf.Tensor3D, light: tf.Tensor2D): Rendering {
  return tf.tidy(() => {
    const { clip, fragments, mask } = rasterizeScene(scene);
    const { normals, triangles } = scene;
    const image = shadeColoured({ fragments, normals, triangles, albedo: litAlbedo(scene, albedo), light });
    return finishRendering(scene, clip, { image, mask, fragments });
  });
}

/**
 * Draws the geometry, without colour. Differentiable in vertices and normals. Only the mask is antialiased if the
 * scene asks for it: the mean of two depths would be a depth at which there is nothing.
 */
export function renderGeometry(scene: Scene): GeometryPictures {
  return tf.tidy(() => {
    const { clip, fragments, mask, normals } = seeSurface(scene);
    // Interpolated normals are shorter than 1; the floor keeps empty pixels 0.
    const length = tf.sqrt(tf.maximum(tf.sum(tf.square(normals), 3, true), 1e-12));
    const soft = scene.antialias ? antialias(mask, fragments, clip, scene.triangles) : mask;
    return { normals: tf.div(normals, length), depth: fragments.depth, mask: soft };
  });
}

/**
 * Lays a picture over another: `image · mask + background · (1 − mask)`. Do not use it for an antialiased rendering,
 * whose image is already multiplied by its mask: add `background · (1 − mask)` to that image, or antialias the result
 * of this function.
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

function rasterizeScene(scene: Scene) {
  const { vertices, triangles, camera = defaultCamera, size, cullBackFaces } = scene;
  const clip = projectToClip(vertices, camera);
  const fragments = scene.fragments ?? rasterize(clip, triangles, size, size, { cullBackFaces });
  return { clip, fragments, mask: coverage(fragments) };
}

function seeSurface(scene: Scene) {
  const seen = rasterizeScene(scene);
  return { ...seen, normals: interpolate(scene.normals, seen.fragments, scene.triangles) };
}
