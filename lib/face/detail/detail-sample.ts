/**
 * What the detail refinement needs to know of one face, all of it fixed before any training: the photo, its mask, what
 * the prior albedo module (section 4.1) says of the face, and the face rasterised, so that a step only draws.
 */
import * as tf from "@tensorflow/tfjs";
import type { MaskImage, Point, RgbImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { rasterize } from "../../graphics/renderer/rasterize.js";
import { sampleTexture } from "../../graphics/renderer/sample-texture.js";
import { shading } from "../../graphics/renderer/shade.js";
import { type SurfacePicture, takeSurfacePicture } from "../../graphics/renderer/surface-picture.js";
import { type Camera, defaultCamera, projectToClip } from "../../graphics/scene/camera.js";
import { texelPlaces, unwrapTexture } from "../../graphics/uv/unwrap-texture.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import { coefficientTensors, poseFace } from "../fitting/face-geometry.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";

/** One face in plain arrays: `S` side of the picture, `U` of the flat maps. */
export interface DetailSample {
  readonly id: string;
  readonly uvSize: number;
  /** `I`, encoded sRGB in bytes, [S * S * 3]. */
  readonly image: Uint8Array;
  /** What each pixel counts as: 1 `M_face` (Eq. 14), 2 eyes and inner mouth of the fitted face, 0 all else; [S * S]. */
  readonly mask: Uint8Array;
  /** The fitted face as the camera sees it. */
  readonly surface: SurfacePicture;
  /** `A`, encoded sRGB, [U * U * 3]. */
  readonly priorAlbedo: Float32Array;
  /** What the coarse light `L` does to an albedo of 1 at each texel, [U * U * 3]. */
  readonly coarseShading: Float32Array;
  /** `T`, encoded sRGB in bytes, 0 where it has a hole, [U * U * 3]. */
  readonly texture: Uint8Array;
  /** 1 where `T` is seen, 0 where it has a hole, [U * U]. */
  readonly seen: Uint8Array;
  /** Of the fit; its light is `L`. */
  readonly coefficients: Coefficients;
  /** The 68 points, px of the picture. */
  readonly points: readonly Point[];
  /** Of a rendering: its true albedo, encoded sRGB in bytes, [U * U * 3]. */
  readonly truth?: Uint8Array;
}

export interface DetailSampleInput {
  readonly id: string;
  /** The aligned face, square. */
  readonly image: RgbImage;
  /** Where the photo shows bare skin, at its size: `M_parsing`, or `M_face`. */
  readonly mask: MaskImage;
  readonly points: readonly Point[];
  readonly coefficients: Coefficients;
  /** In uv space, of U times a whole number. */
  readonly trueAlbedo?: RgbImage;
}

/** Of the samples' making, to be raised with it: what was kept of others is made again. */
export const detailSampleVersion = 2;

/**
 * A texel of `T` is seen where the photo shows it and, on skin, where the mask says that it is bare: hair, glasses and
 * hands leave holes like what is turned away.
 */
export async function makeDetailSample(
  model: MorphableModel,
  uvSpace: UvSpace,
  { id, image, mask, points, coefficients, trueAlbedo }: DetailSampleInput,
  camera: Camera = defaultCamera,
): Promise<DetailSample> {
  const size = image.width;
  const tensors = tf.tidy(() => {
    const c = coefficientTensors([coefficients]);
    const geometry = poseFace(model, c);
    const clip = projectToClip(geometry.vertices, camera);
    const fragments = rasterize(clip, model.triangles, size, size);
    const finer = rasterize(clip, model.triangles, 2 * size, 2 * size);
    const photo = tf.tensor4d(image.data, [1, size, size, 3]);
    // The noise of the holes is drawn anew in each step; here it is taken out again.
    const { texture, visible } = unwrapTexture(
      { image: photo, ...geometry, fragments: finer, camera },
      uvSpace,
      createRandom(0),
    );
    const skin = sampleTexture(
      tf.tensor4d(mask.data, [1, size, size, 1]),
      texelPlaces(uvSpace.vertexToUv(geometry.vertices), camera),
    );
    const bare = tf.logicalOr(tf.greater(skin, 0.99), tf.equal(uvSpace.uvMask, 0));
    const seen = tf.mul<tf.Tensor4D>(visible, tf.cast(bare, "float32"));
    const priorAlbedo = tf.clipByValue(uvSpace.vertexToUv(model.decodeAlbedo(c.albedo)), 0, 1);
    const { normals } = geometry;
    const coarseShading = shading(uvSpace.vertexToUv(normals), c.light);
    return { fragments, normals, texture: tf.mul(texture, seen), seen, priorAlbedo, coarseShading };
  });
  const { fragments, normals } = tensors;
  const { uvs, triangles } = model;
  const surface = await takeSurfacePicture({ fragments, normals, uvs, triangles });
  const triangleId = await fragments.triangleId.data<"int32">();
  const { skinTriangle } = model.data;
  const [texture, seen, priorAlbedo, coarseShading] = await Promise.all(
    [tensors.texture, tensors.seen, tensors.priorAlbedo, tensors.coarseShading].map((tensor) =>
      tensor.data<"float32">(),
    ),
  );
  const sample = {
    id,
    uvSize: uvSpace.size,
    image: toBytes(image.data),
    mask: new Uint8Array(
      triangleId.map((triangle, p) => {
        if (triangle < 0) return 0;
        return skinTriangle[triangle] === 1 ? Number(mask.data[p] > 0.5) : 2;
      }),
    ),
    surface,
    priorAlbedo: priorAlbedo.slice(),
    coarseShading: coarseShading.slice(),
    texture: toBytes(texture),
    seen: Uint8Array.from(seen),
    coefficients,
    points,
    ...(trueAlbedo && { truth: toBytes(shrunk(trueAlbedo, uvSpace.size)) }),
  };
  tf.dispose(tensors);
  return sample;
}

/** Means over squares of texels. */
function shrunk({ width, data }: RgbImage, size: number): Float32Array {
  const times = width / size;
  if (!Number.isInteger(times)) {
    throw new Error(
      `makeDetailSample: \`trueAlbedo\` should be of a multiple of ${size} but is of ${width}.`,
    );
  }
  const out = new Float32Array(3 * size * size);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor((Math.floor(i / 3) % width) / times), Math.floor(i / 3 / width / times)];
    out[3 * (y * size + x) + (i % 3)] += data[i] / times ** 2;
  }
  return out;
}

function toBytes(values: Float32Array): Uint8Array {
  // `map` first: `from` with a function takes three times as long, value by value through an iterator.
  return new Uint8Array(values.map((value) => Math.round(255 * Math.min(Math.max(value, 0), 1))));
}
