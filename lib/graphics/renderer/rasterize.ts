/** Turns triangles in clip space into `Fragments`: which triangle each pixel sees, and where on it. */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../base/engine/define-op.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { locateFragments } from "./barycentrics.js";
import type { Fragments } from "./fragments.js";
import { findVisible } from "./visibility.js";
import { type VisibleTrianglesAttributes, visibleTrianglesOnWebgpu } from "./webgpu/visible-triangles.js";

export interface RasterizeOptions {
  /** Whether triangles seen from behind (clockwise) are left out; true by default. */
  readonly cullBackFaces?: boolean;
}

/**
 * Rasterises a mesh. Differentiable in `clip` through barycentrics and depth; the visibility is taken as constant.
 *
 * A triangle with a corner that is not finite, or not in front of the camera (w ≤ 0), is left out as a whole, not
 * clipped. Parts off the screen, nearer than near or past far (z/w outside [−1, 1]) are left out pixel by pixel.
 * Triangles without area cover nothing. Two triangles that share an edge leave no gap, and no pixel belongs to both.
 * @param clip clip coordinates, as `projectToClip` gives them, [B, N, 4]
 * @param triangles vertex numbers in 0 to N−1, counter-clockwise as the viewer sees the front, int32, [F, 3]
 * @param height,width size of the picture in pixels
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { prepareEngine, projectToClip, rasterize } from "rerenderable";
 *
 * await prepareEngine();
 * const vertices = tf.tensor3d([[[-0.5, -0.5, 0], [0.5, -0.5, 0], [0, 0.5, 0]]]);
 * const triangles = tf.tensor2d([[0, 1, 2]], [1, 3], "int32");
 * const { triangleId, barycentrics, depth } = rasterize(projectToClip(vertices), triangles, 224, 224);
 * ```
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

/** The visible triangle of each pixel. It is a constant to the tape: the visibility has no gradient. */
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
