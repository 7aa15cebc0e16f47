/**
 * Renders as the authors' released code does (the variant `paper-renderer`): every vertex takes the one texel of albedo
 * map and light map that is nearest to its uv, is lit there with its own normal (Eq. 3), and the colours are
 * interpolated over the triangles. The picture is no finer than the mesh, whatever the maps' size.
 */
import * as tf from "@tensorflow/tfjs";
import { defaultCamera, projectToClip } from "../scene/camera.js";
import { finishRendering, litAlbedo } from "./finish-rendering.js";
import { coverage } from "./fragments.js";
import { interpolate } from "./interpolate.js";
import { rasterize } from "./rasterize.js";
import type { Rendering, TexturedScene } from "./rendering.js";
import { sampleTexture } from "./sample-texture.js";
import { shade } from "./shade/shade.js";

/**
 * Differentiable in map, light, normals and, inside outlines, vertices; not in uvs, as a nearest texel does not change.
 * Outlines have no gradient, as in the authors' code, unless the scene asks for antialiasing.
 * @param albedoMap [B, U, U, 3], or [1, U, U, 3] for the whole batch
 * @param light SH coefficients, colour-major: one light, [B, 27] or [1, 27], or a map of lights, [B, U, U, 27]
 */
export function renderPerVertex(
  scene: TexturedScene,
  albedoMap: tf.Tensor4D,
  light: tf.Tensor2D | tf.Tensor4D,
): Rendering {
  const { vertices, triangles, uvs, uvTriangles = triangles, camera = defaultCamera, size } = scene;
  if (uvTriangles.shape[0] !== triangles.shape[0]) {
    throw new Error(
      `renderPerVertex: \`uvTriangles\` should have as many rows as \`triangles\`, ${triangles.shape[0]}, ` +
        `but has ${uvTriangles.shape[0]}.`,
    );
  }
  return tf.tidy(() => {
    const clip = projectToClip(vertices, camera);
    const fragments = rasterize(clip, triangles, size, size, { cullBackFaces: scene.cullBackFaces });
    const batch = vertices.shape[0];
    const places = uvs.shape[0] === batch ? uvs : tf.tile(uvs, [batch, 1, 1]);
    // Vertices as pictures one pixel high: [B, 1, M, C].
    const albedo = nearestTexel(litAlbedo(scene, albedoMap), places);
    const normals = tf.expandDims<tf.Tensor4D>(normalOfEachUv(scene), 1);
    const lights = light.rank === 4 ? nearestTexel(light as tf.Tensor4D, places) : light;
    const colours = tf.squeeze<tf.Tensor3D>(shade(albedo, normals, lights), [1]);
    const image = interpolate(colours, fragments, uvTriangles);
    return finishRendering(scene, clip, { image, mask: coverage(fragments), fragments });
  });
}

/**
 * Looks up the texel in which each uv falls, clamped at the border.
 * @param uvs [B, M, 2]
 * @returns [B, 1, M, C]
 */
function nearestTexel(map: tf.Tensor4D, uvs: tf.Tensor3D): tf.Tensor4D {
  const [, rows, columns] = map.shape;
  const size = tf.tensor1d([columns, rows]);
  const texel = tf.minimum(tf.maximum(tf.floor(tf.mul(uvs, size)), 0), tf.sub(size, 1));
  const centre = tf.div(tf.add(texel, 0.5), size);
  return sampleTexture(map, tf.expandDims<tf.Tensor4D>(centre, 1));
}

/**
 * Finds the normal of each uv, [B, M, 3]: that of its vertex, through the triangles, as a vertex on a seam has two
 * uvs.
 */
function normalOfEachUv({ normals, triangles, uvs, uvTriangles }: TexturedScene): tf.Tensor3D {
  if (!uvTriangles || uvTriangles === triangles) return normals;
  const vertexOf = new Int32Array(uvs.shape[1]);
  const vertices = triangles.dataSync<"int32">();
  uvTriangles.dataSync<"int32">().forEach((uv, corner) => {
    vertexOf[uv] = vertices[corner];
  });
  return tf.gather(normals, tf.tensor1d(vertexOf, "int32"), 1);
}
