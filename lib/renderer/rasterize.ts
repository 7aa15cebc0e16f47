/** Triangles in clip space to `Fragments`: what is seen through each pixel, and where on its triangle. */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../tensor/check-shapes.js";
import { locateFragments } from "./barycentrics.js";
import type { Fragments } from "./fragments.js";
import { findVisible, type VisibilityOptions } from "./visibility.js";

export interface RasterizeOptions {
  /** Whether triangles seen from behind (clockwise) are left out; true. */
  readonly cullBackFaces?: boolean;
}

/**
 * Differentiable in `clip` through barycentrics and depth, with the visibility held fixed.
 *
 * A triangle with a corner that is not finite, or not in front of the camera (w ≤ 0), is left out whole, not clipped;
 * parts off the screen, nearer than near or past far (z/w outside [−1, 1]) are left out pixel by pixel; triangles
 * without area cover nothing, and those which share an edge leave no gap and no pixel twice.
 * @param clip clip coordinates as from `projectToClip`, [B, N, 4]
 * @param triangles vertex numbers in 0 to N−1, counter-clockwise as the viewer sees the front, int32, [F, 3]
 * @param height,width of the picture in pixels
 */
export function rasterize(
  clip: tf.Tensor3D,
  triangles: tf.Tensor2D,
  height: number,
  width: number,
  { cullBackFaces = true }: RasterizeOptions = {},
): Fragments {
  checkShapes("rasterize", { clip: [clip, ["B", "N", 4]], triangles: [triangles, ["F", 3]] });
  checkSize("height", height);
  checkSize("width", width);
  return tf.tidy(() => {
    // Read out, so that the tape sees the visible triangles as constants.
    const visible = findVisibleInBatch(clip, triangles, { height, width, cullBackFaces });
    const triangleId = tf.tensor3d(visible, [clip.shape[0], height, width], "int32");
    return { triangleId, ...locateFragments(clip, triangles, triangleId) };
  });
}

function findVisibleInBatch(
  clip: tf.Tensor3D,
  triangles: tf.Tensor2D,
  options: VisibilityOptions,
): Int32Array {
  const [batch, vertexCount] = clip.shape;
  const [corners, faces] = [clip.dataSync<"float32">(), triangles.dataSync<"int32">()];
  if (batch === 1) return findVisible(corners, faces, options);
  const pixels = options.height * options.width;
  const triangleId = new Int32Array(batch * pixels);
  for (let n = 0; n < batch; n++) {
    const mesh = corners.subarray(4 * vertexCount * n, 4 * vertexCount * (n + 1));
    triangleId.set(findVisible(mesh, faces, options), n * pixels);
  }
  return triangleId;
}

function checkSize(name: string, size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`rasterize: \`${name}\` should be a whole number of pixels above 0 but is ${size}.`);
  }
}
