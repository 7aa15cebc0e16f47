/** The result of a rasteriser: for each pixel the triangle seen there, and where on it the pixel's centre lies. */
import * as tf from "@tensorflow/tfjs";

// This is a type and not an interface, so that `tf.tidy` can return it (as are all records of tensors here).
export type Fragments = {
  /** Index of the visible triangle, −1 where there is none; int32, [B, H, W]. A constant: it has no gradient. */
  readonly triangleId: tf.Tensor3D;
  /** Perspective-correct weights of the triangle's corners, sum 1; zeros where empty; [B, H, W, 3]. */
  readonly barycentrics: tf.Tensor4D;
  /** Distance in front of the camera (the clip coordinate w), 0 where empty; [B, H, W]. */
  readonly depth: tf.Tensor3D;
};

/** 1 where a triangle is seen, 0 elsewhere, [B, H, W, 1]; the caller owns it. */
export function coverage({ triangleId }: Fragments): tf.Tensor4D {
  return tf.tidy(() => tf.expandDims<tf.Tensor4D>(tf.cast(tf.greaterEqual(triangleId, 0), "float32"), 3));
}

export function disposeFragments(fragments: Fragments): void {
  tf.dispose([fragments.triangleId, fragments.barycentrics, fragments.depth]);
}
