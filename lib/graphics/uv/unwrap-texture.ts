/** Carries the photo onto the flat map: the paper's unwrapped texture `T`, with holes where the face was hidden. */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../base/engine/define-op.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import type { Random } from "../../base/tensor/random.js";
import type { Fragments } from "../renderer/fragments.js";
import { sampleTexture } from "../renderer/sample-texture.js";
import { type Camera, projectToImage } from "../scene/camera.js";
import { texelsInFrontOnWebgpu } from "./texels-in-front-webgpu.js";
import type { UvSpace } from "./uv-space.js";

export interface UnwrappedTexture {
  /** Encoded sRGB; noise where not visible; [B, U, U, 3]. */
  readonly texture: tf.Tensor4D;
  /** 1 where the photo shows the texel, else 0; [B, U, U, 1]. */
  readonly visible: tf.Tensor4D;
}

export interface UnwrapInput {
  /** Encoded sRGB, square, [B, S, S, 3]. */
  readonly image: tf.Tensor4D;
  /** World frame, [B, N, 3]. */
  readonly vertices: tf.Tensor3D;
  readonly normals: tf.Tensor3D;
  /** What the camera sees of these vertices, in a picture of any size. */
  readonly fragments: Fragments;
  readonly camera: Camera;
}

/** How far a texel may lie behind the nearest surface and still count as seen, in units of 10 cm. */
const depthTolerance = 0.03;
/** A texel is hidden if its cosine to the viewer is below this: at grazing angles one pixel smears into stripes. */
const grazing = 0.15;

/**
 * Samples the photo at the place to which each texel projects. Texels that are hidden, behind the camera or out of
 * the picture are filled with Gaussian noise, which has the mean and spread of each channel of the visible texture
 * (section 4.2, after UV-GAN).
 * @param random draws the noise
 * @example
 * ```ts
 * import type * as tf from "@tensorflow/tfjs";
 * import * as rr from "rerenderable";
 *
 * function unwrap(model: rr.MorphableModel, geometry: rr.FaceGeometry, image: tf.Tensor4D) {
 *   const fragments = rr.rasterize(rr.projectToClip(geometry.vertices), model.triangles, 224, 224);
 *   const input = { ...geometry, image, fragments, camera: rr.defaultCamera };
 *   return rr.unwrapTexture(input, rr.uvSpaceOf(model, 256), rr.createRandom(1)).texture; // [B, 256, 256, 3]
 * }
 * ```
 */
export function unwrapTexture(input: UnwrapInput, uvSpace: UvSpace, random: Random): UnwrappedTexture {
  const { image, vertices, normals, fragments, camera } = input;
  checkShapes("unwrapTexture", {
    image: [image, ["B", "S", "S", 3]],
    vertices: [vertices, ["B", "N", 3]],
    normals: [normals, ["B", "N", 3]],
  });
  return tf.tidy(() => {
    const position = uvSpace.vertexToUv(vertices);
    const normal = uvSpace.vertexToUv(normals);
    const uv = texelPlaces(position, camera);
    const sampled = sampleTexture(image, uv);
    const visible = tf.mul(
      uvSpace.covered,
      tf.mul(inFront(uv, position, fragments, camera), facing(position, normal, camera)),
    );
    return {
      texture: fillWithNoise(sampled, visible as tf.Tensor4D, random),
      visible: visible as tf.Tensor4D,
    };
  });
}

/**
 * The place of each texel in the picture, as uv of the picture, [B, U, U, 2].
 * @param position world frame, [B, U, U, 3]
 */
export function texelPlaces(position: tf.Tensor4D, camera: Camera): tf.Tensor4D {
  const [batch, u] = position.shape;
  const flat = tf.reshape(position, [batch, u * u, 3]) as tf.Tensor3D;
  return tf.reshape(projectToImage(flat, camera, 1), [batch, u, u, 2]);
}

/** 1 where a texel lies in the picture and no other part of the face is in front of it. */
function inFront(uv: tf.Tensor4D, position: tf.Tensor4D, fragments: Fragments, camera: Camera): tf.Tensor4D {
  const inputs = [uv, position, fragments.triangleId, fragments.depth];
  const attributes = { cameraDistance: camera.distance, tolerance: depthTolerance };
  return texelsInFront(inputs, attributes)[0] as tf.Tensor4D;
}

const texelsInFront = defineOp<{ cameraDistance: number; tolerance: number }>({
  name: "TexelsInFront",
  inputs: ["uv", "position", "triangleId", "depth"],
  outputs: ([uv]) => [{ shape: [...uv.slice(0, 3), 1], dtype: "float32" }],
  constant: true,
  run([uv, position, triangleId, depth], [out], { cameraDistance, tolerance }) {
    const [batch, height, width] = triangleId.shape;
    const [places, positions] = [uv.values, position.values];
    const texels = out.values.length;
    for (let i = 0; i < texels; i++) {
      const [x, y] = [Math.floor(places[2 * i] * width), Math.floor(places[2 * i + 1] * height)];
      if (!(x >= 0 && x < width && y >= 0 && y < height)) continue;
      const pixel = Math.floor((i * batch) / texels) * height * width + y * width + x;
      const distance = cameraDistance - positions[3 * i + 2];
      out.values[i] = Number(triangleId.values[pixel] >= 0 && distance <= depth.values[pixel] + tolerance);
    }
  },
  webgpu: texelsInFrontOnWebgpu,
});

/** 1 where the surface is turned enough toward the camera. */
function facing(position: tf.Tensor4D, normal: tf.Tensor4D, camera: Camera): tf.Tensor4D {
  const toCamera = tf.sub(tf.tensor1d([0, 0, camera.distance]), position);
  const cosine = tf.div(
    tf.sum(tf.mul(toCamera, normal), 3, true),
    tf.mul(tf.norm(toCamera, 2, 3, true), tf.norm(normal, 2, 3, true)),
  );
  return tf.cast(tf.greater(cosine, grazing), "float32") as tf.Tensor4D;
}

function fillWithNoise(sampled: tf.Tensor4D, visible: tf.Tensor4D, random: Random): tf.Tensor4D {
  const [batch, u] = sampled.shape;
  const share = tf.maximum(tf.sum(visible, [1, 2], true), 1);
  const mean = tf.div(tf.sum(tf.mul(sampled, visible), [1, 2], true), share);
  const variance = tf.div(tf.sum(tf.mul(tf.square(tf.sub(sampled, mean)), visible), [1, 2], true), share);
  const noise = tf.tensor4d(random.normalArray(batch * u * u * 3), [batch, u, u, 3]);
  const filler = tf.clipByValue(tf.add(mean, tf.mul(tf.sqrt(variance), noise)), 0, 1);
  return tf.add(tf.mul(sampled, visible), tf.mul(filler, tf.sub(1, visible)));
}
