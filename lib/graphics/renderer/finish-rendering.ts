/** The first and the last step of a rendering: the choice of the colours in which light works, and the outlines. */
import * as tf from "@tensorflow/tfjs";
import { decodeSrgb, encodeSrgb } from "../../base/image/srgb-tensors.js";
import { antialias } from "./outline/antialias.js";
import type { Rendering, Scene } from "./rendering.js";

/** Gives the albedo that the light multiplies, as the scene's `colour` says, from an encoded albedo of any shape. */
export function litAlbedo<T extends tf.Tensor>({ colour }: Pick<Scene, "colour">, albedo: T): T {
  return colour === "linear" ? decodeSrgb(albedo) : albedo;
}

/**
 * Encodes an image that was lit in linear light, then antialiases image and mask if the scene asks for it. The order
 * matters: at an outline the mask weights the encoded image, as in all other places.
 * @param clip the clip coordinates that were rasterised, [B, N, 4]
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
