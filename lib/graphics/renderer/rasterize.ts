/** Triangles in clip space to `Fragments`: what is seen through each pixel, and where on its triangle. */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../base/engine/define-op.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { locateFragments } from "./barycentrics.js";
import type { Fragments } from "./fragments.js";
import { findVisible } from "./visibility.js";
import { type VisibleTrianglesAttributes, visibleTrianglesOnWebgpu } from "./webgpu/visible-triangles.js";

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
    const triangleId = visibleTriangles([clip, triangles], {
      height,
      width,
      cullBackFaces,
    })[0] as tf.Tensor3D;
    return { triangleId, ...locateFragments(clip, triangles, triangleId) };
  });
}

/** The visible triangle of each pixel, a constant to the tape: the visibility has no gradient. */
const visibleTriangles = defineOp<VisibleTrianglesAttributes>({
  name: "VisibleTriangles",
  inputs: ["clip", "triangles"],
  outputs: ([[batch]], { height, width }) => [{ shape: [batch, height, width], dtype: "int32" }],
  constant: true,
  run([clip, triangles], [out], options) {
    const size = 4 * clip.shape[1];
    const pixels = options.height * options.width;
    for (let n = 0; n < clip.shape[0]; n++) {
      const mesh = clip.values.subarray(size * n, size * (n + 1));
      out.values.set(findVisible(mesh, triangles.values, options), n * pixels);
    }
  },
  webgpu: visibleTrianglesOnWebgpu,
});

function checkSize(name: string, size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`rasterize: \`${name}\` should be a whole number of pixels above 0 but is ${size}.`);
  }
}
