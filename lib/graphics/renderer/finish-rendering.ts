/** The first and the last step of a rendering: in which colours the light works, and outlines. */
import * as tf from "@tensorflow/tfjs";
import { decodeSrgb, encodeSrgb } from "../../base/image/srgb-tensors.js";
import { antialias } from "./antialias.js";
import type { Rendering, Scene } from "./rendering.js";

/** The albedo that the light multiplies: what the scene's `colour` says, of an encoded albedo, any shape. */
export function litAlbedo<T extends tf.Tensor>({ colour }: Pick<Scene, "colour">, albedo: T): T {
  return colour === "linear" ? decodeSrgb(albedo) : albedo;
}

/**
 * Encodes what was lit in linear light, then antialiases image and mask if the scene asks for it. In this order, so
 * that at an outline the encoded image is weighed by the mask, as elsewhere.
 * @param clip that was rasterised, [B, N, 4]
 */
export function finishRendering(
  { colour, antialias: smooth = false, triangles }: Scene,
  clip: tf.Tensor3D,
  { image, mask, fragments }: Rendering,
): Rendering {
  return tf.tidy(() => {
    const encoded = colour === "linear" ? encodeSrgb(image) : image;
    const soften = (picture: tf.Tensor4D) =>
      smooth ? antialias(picture, fragments, clip, triangles) : picture;
    return { image: soften(encoded), mask: soften(mask), fragments };
  });
}
