/**
 * What the detail refinement needs to know of one face, all of it fixed before any training: the photo, its mask, what
 * the prior albedo module (section 4.1) says of the face, and the face rasterised, so that a step only draws.
 */
import * as tf from "@tensorflow/tfjs";
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import type { SurfacePicture } from "../../graphics/renderer/surface/surface-picture.js";
import type { Camera } from "../../graphics/scene/camera.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import type { FittedFace } from "./posed-face.js";
import { type UnwrappedFace, withUnwrappedFace } from "./unwrapped-face.js";

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

/** The version of how samples are made. Raise it when they come out otherwise: samples of another version are made again. */
export const detailSampleVersion = 3;

/** @param uvSpace of U texels a side */
export function makeDetailSample(
  model: MorphableModel,
  uvSpace: UvSpace,
  fitted: FittedFace,
  camera?: Camera,
): Promise<DetailSample> {
  return withUnwrappedFace(model, uvSpace, fitted, sampleUnwrapped, camera);
}

/**
 * The sample of a face that is unwrapped already. It keeps none of the noise in the holes of `T`, which a training draws
 * anew in each step. A texel of `T` is seen where the photo shows it and, on skin, where the
 * mask says that it is bare: hair, glasses and hands leave holes like what is turned away.
 */
export async function sampleUnwrapped(unwrapped: UnwrappedFace): Promise<DetailSample> {
  const { face, uvSpace, priorAlbedo, coarseShading } = unwrapped;
  const { id, image, mask, points, coefficients, trueAlbedo } = face.fitted;
  const tensors = tf.tidy(() => {
    const bare = tf.logicalOr(tf.greater(unwrapped.bare, 0), tf.equal(uvSpace.uvMask, 0));
    const seen = tf.mul(unwrapped.visible, tf.cast(bare, "float32"));
    return { texture: tf.mul(unwrapped.texture, seen), seen };
  });
  const [texture, seen, prior, shades] = await Promise.all(
    [tensors.texture, tensors.seen, priorAlbedo, coarseShading].map((tensor) => tensor.data<"float32">()),
  );
  tf.dispose(tensors);
  const triangleId = await face.fragments.triangleId.data<"int32">();
  const { skinTriangle } = face.model.data;
  return {
    id,
    uvSize: uvSpace.size,
    image: toBytes(image.data),
    mask: new Uint8Array(
      triangleId.map((triangle, p) => {
        if (triangle < 0) return 0;
        return skinTriangle[triangle] === 1 ? Number(mask.data[p] > 0.5) : 2;
      }),
    ),
    surface: await face.surface(),
    priorAlbedo: prior.slice(),
    coarseShading: shades.slice(),
    texture: toBytes(texture),
    seen: Uint8Array.from(seen),
    coefficients,
    points,
    ...(trueAlbedo && { truth: toBytes(shrunk(trueAlbedo, uvSpace.size)) }),
  };
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
