/**
 * A pinhole camera on the z axis that looks down −z at the origin; it brings the world frame to clip space and to
 * pixels.
 */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../base/engine/define-op.js";
import type { Point } from "../../base/image/rgb-image.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { clipToPixelsGradientOnWebgpu, clipToPixelsOnWebgpu } from "./clip-to-pixels-webgpu.js";
import { deviceX, deviceY, pixelX, pixelY } from "./viewport.js";

export interface Camera {
  /** Focal length in pixels of a square picture with side `referenceSize`. */
  readonly focal: number;
  readonly referenceSize: number;
  /** The z of the camera, in model units (10 cm). */
  readonly distance: number;
  /** The distances in front of the camera between which things are drawn. */
  readonly near: number;
  readonly far: number;
}

/** A camera that sees a part of a larger picture, so that its axis need not meet the middle of what it sees. */
export interface ShiftedCamera extends Camera {
  /** Where the axis meets the picture, px of the square with side `referenceSize`; it may lie outside. */
  readonly principalPoint: Point;
}

/** The camera of Deep3D: 1 m away, with 12.6° of view. */
export const defaultCamera: Camera = { focal: 1015, referenceSize: 224, distance: 10, near: 5, far: 15 };

/**
 * Projects vertices to clip coordinates: `x/w`, `y/w`, `z/w` are normalised device coordinates, each in [−1, 1] where
 * visible, y up; `w` is the distance in front of the camera. Differentiable.
 * @param vertices world frame, [B, N, 3]
 * @returns [B, N, 4]; z/w is −1 at `camera.near` and 1 at `camera.far`
 */
export function projectToClip(
  vertices: tf.Tensor3D,
  camera: Camera | ShiftedCamera = defaultCamera,
): tf.Tensor3D {
  checkShapes("projectToClip", { vertices: [vertices, ["B", "N", 3]] });
  const { focal, referenceSize, distance, near, far } = camera;
  const [x, y] = "principalPoint" in camera ? camera.principalPoint : [referenceSize / 2, referenceSize / 2];
  // The place of the axis in normalised device coordinates.
  const [right, up] = [deviceX(x, referenceSize), deviceY(y, referenceSize)];
  const scale = focal / (referenceSize / 2);
  const slope = (far + near) / (far - near);
  return tf.tidy(() => {
    // Projection is affine until the division by w: one small matrix product (w = distance − Z).
    const matrix = tf.tensor3d([scale, 0, 0, 0, 0, scale, 0, 0, -right, -up, -slope, -1], [1, 3, 4]);
    const depth = slope * distance - (2 * far * near) / (far - near);
    const offset = tf.tensor1d([right * distance, up * distance, depth, distance]);
    return tf.add(tf.matMul(vertices, matrix), offset);
  });
}

/**
 * Finds where vertices fall in a square picture. Differentiable. A vertex at or behind the camera gives pixels that
 * are not finite, or mirrored.
 * @param vertices world frame, [B, N, 3]
 * @param size side of the picture in pixels
 * @returns pixels, origin top left, y down, centres at +0.5, [B, N, 2]
 */
export function projectToImage(
  vertices: tf.Tensor3D,
  camera: Camera | ShiftedCamera = defaultCamera,
  size: number = camera.referenceSize,
): tf.Tensor3D {
  checkShapes("projectToImage", { vertices: [vertices, ["B", "N", 3]] });
  return tf.tidy(() => {
    const clip = projectToClip(vertices, camera);
    return clipToPixels([clip], { size })[0] as tf.Tensor3D;
  });
}

const clipToPixels = defineOp<{ size: number }>({
  name: "ClipToPixels",
  inputs: ["clip"],
  outputs: ([clip]) => [{ shape: [clip[0], clip[1], 2], dtype: "float32" }],
  run([clip], [pixels], { size }) {
    const from = clip.values;
    const to = pixels.values;
    for (let i = 0, o = 0; i < from.length; i += 4, o += 2) {
      to[o] = pixelX(from[i] / from[i + 3], size);
      to[o + 1] = pixelY(from[i + 1] / from[i + 3], size);
    }
  },
  webgpu: clipToPixelsOnWebgpu,
  gradient: ([dy], [clip], attributes) => ({
    clip: () => clipToPixelsGradient([dy, clip], attributes)[0],
  }),
});

const clipToPixelsGradient = defineOp<{ size: number }>({
  name: "ClipToPixelsGradient",
  inputs: ["dy", "clip"],
  outputs: ([, clip]) => [{ shape: clip, dtype: "float32" }],
  webgpu: clipToPixelsGradientOnWebgpu,
  run([dy, clip], [dclip], { size }) {
    const g = dy.values;
    const from = clip.values;
    const to = dclip.values;
    // The viewport is affine: its slopes, with the sign of the flip, are differences.
    const slopeX = pixelX(1, size) - pixelX(0, size);
    const slopeY = pixelY(1, size) - pixelY(0, size);
    for (let i = 0, o = 0; i < from.length; i += 4, o += 2) {
      const inverse = 1 / from[i + 3];
      const gx = g[o] * slopeX * inverse;
      const gy = g[o + 1] * slopeY * inverse;
      to[i] = gx;
      to[i + 1] = gy;
      to[i + 3] = -(gx * from[i] + gy * from[i + 1]) * inverse;
    }
  },
});
