/** A posed face on a flat map: its texture, where that is seen, its prior albedo and its coarse shading. */
import * as tf from "@tensorflow/tfjs";
import { createRandom, type Random } from "../../base/tensor/random.js";
import { sampleTexture } from "../../graphics/renderer/sample-texture.js";
import { shading } from "../../graphics/renderer/shade/shade.js";
import type { Camera } from "../../graphics/scene/camera.js";
import { texelPlaces, unwrapTexture } from "../../graphics/uv/unwrap-texture.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import { type FittedFace, type PosedFace, poseFittedFace } from "./posed-face.js";

/** All maps are [1, U, U, channels]. Owns them, but not the face nor the uv space: `dispose()` frees them. */
export interface UnwrappedFace {
  readonly face: PosedFace;
  readonly uvSpace: UvSpace;
  /** `T`, encoded sRGB, its holes filled with noise, 3 channels. */
  readonly texture: tf.Tensor4D;
  /** 1 where the photo shows the texel, else 0. */
  readonly visible: tf.Tensor4D;
  /** 1 where the photo's mask says that the texel's place is bare skin, else 0: hair, glasses and hands are not. */
  readonly bare: tf.Tensor4D;
  /** `A`, encoded sRGB, 3 channels. */
  readonly priorAlbedo: tf.Tensor4D;
  /** World frame, 3 channels. */
  readonly normals: tf.Tensor4D;
  /** What the coarse light `L` does to an albedo of 1, 3 channels. */
  readonly coarseShading: tf.Tensor4D;
  dispose(): void;
}

/** @param random draws the noise in the holes */
export function unwrapFace(face: PosedFace, uvSpace: UvSpace, random: Random): UnwrappedFace {
  const { model, fitted, camera, image, coefficients, geometry, fineFragments } = face;
  const { width, height, data } = fitted.mask;
  const maps = tf.tidy(() => {
    const unwrapped = unwrapTexture(
      { image, ...geometry, fragments: fineFragments, camera },
      uvSpace,
      random,
    );
    const skin = sampleTexture(
      tf.tensor4d(data, [1, height, width, 1]),
      texelPlaces(uvSpace.vertexToUv(geometry.vertices), camera),
    );
    const albedo = uvSpace.vertexToUv(model.decodeAlbedo(coefficients.albedo));
    const normals = uvSpace.vertexToUv(geometry.normals);
    return {
      ...unwrapped,
      bare: tf.cast(tf.greater<tf.Tensor4D>(skin, 0.99), "float32"),
      priorAlbedo: tf.clipByValue(albedo, 0, 1) as tf.Tensor4D,
      normals,
      coarseShading: shading(normals, coefficients.light),
    };
  });
  return { face, uvSpace, ...maps, dispose: () => tf.dispose(maps) };
}

/** Poses and unwraps a face for as long as `use` takes. */
export async function withUnwrappedFace<T>(
  model: MorphableModel,
  uvSpace: UvSpace,
  fitted: FittedFace,
  use: (unwrapped: UnwrappedFace) => Promise<T>,
  camera?: Camera,
): Promise<T> {
  const face = poseFittedFace(model, fitted, camera);
  const unwrapped = unwrapFace(face, uvSpace, createRandom(0));
  try {
    return await use(unwrapped);
  } finally {
    unwrapped.dispose();
    face.dispose();
  }
}
