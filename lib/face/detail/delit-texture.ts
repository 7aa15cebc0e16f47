/**
 * A first albedo of the photo itself: the unwrapped texture divided by the coarse shading, with the prior
 * albedo where nothing trustworthy is seen. Whatever the one light does not explain (shadow, highlight) stays
 * in it; the detail refinement of section 4.2 is there to do better.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";

export interface DelitInput {
  /** `T`, encoded sRGB, [B, U, U, 3]. */
  readonly unwrappedTexture: tf.Tensor4D;
  /** How far each texel of `T` is believed, 0 to 1, [B, U, U, 1]. */
  readonly trust: tf.Tensor4D;
  /** `A`, [B, U, U, 3]. */
  readonly priorAlbedo: tf.Tensor4D;
  /** What the coarse light does to an albedo of 1 at each texel, [B, U, U, 3]. */
  readonly shading: tf.Tensor4D;
}

/** Darker shading is not divided by: noise would be multiplied by more than four. */
const leastShading = 0.25;

/** @returns encoded sRGB in [0, 1], [B, U, U, 3] */
export function delitTexture({ unwrappedTexture, trust, priorAlbedo, shading }: DelitInput): tf.Tensor4D {
  checkShapes("delitTexture", {
    unwrappedTexture: [unwrappedTexture, ["B", "U", "U", 3]],
    trust: [trust, ["B", "U", "U", 1]],
    priorAlbedo: [priorAlbedo, ["B", "U", "U", 3]],
    shading: [shading, ["B", "U", "U", 3]],
  });
  return tf.tidy(() => {
    const quotient = tf.div(unwrappedTexture, tf.maximum(shading, leastShading));
    const mixed = tf.add(priorAlbedo, tf.mul(trust, tf.sub(quotient, priorAlbedo)));
    return tf.clipByValue(mixed, 0, 1) as tf.Tensor4D;
  });
}
