/** Makes pictures of the covered pixels, and takes the covered pixels out of pictures. */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../../base/engine/define-op.js";
import { lacksKernel } from "../../../base/engine/lacks-kernel.js";
import { checkShapes } from "../../../base/tensor/check-shapes.js";
import type { SurfaceTensors } from "./surface-tensors.js";

/**
 * Puts the colours of the covered pixels into pictures, which are 0 where nothing is seen. Differentiable in the
 * colours.
 * @param colours [P, 3]
 * @returns [B, S, S, 3]
 */
export function drawPixels(
  colours: tf.Tensor2D,
  { pixel }: Pick<SurfaceTensors, "pixel">,
  batch: number,
  size: number,
): tf.Tensor4D {
  checkShapes("drawPixels", { colours: [colours, ["P", 3]] });
  if (lacksKernel(drawName)) return drawPixelsComposed(colours, { pixel }, batch, size);
  return drawOp([colours, pixel], { batch, size })[0] as tf.Tensor4D;
}

/** Takes the covered pixels out of pictures; it is also the gradient of `drawPixels`. @returns [P, 3] */
export function gatherPixels(pictures: tf.Tensor4D, { pixel }: Pick<SurfaceTensors, "pixel">): tf.Tensor2D {
  if (!lacksKernel(drawName)) return drawGradient([pictures, pixel], {})[0] as tf.Tensor2D;
  return tf.tidy(() => tf.gather(tf.reshape(pictures, [-1, 3]), pixel) as tf.Tensor2D);
}

/** Draws by one operation after the other: the reference in tests, and for engines that lack the loops. */
export function drawPixelsComposed(
  colours: tf.Tensor2D,
  { pixel }: Pick<SurfaceTensors, "pixel">,
  batch: number,
  size: number,
): tf.Tensor4D {
  return tf.tidy(() => {
    const pictures = tf.scatterND(tf.expandDims(pixel, 1), colours, [batch * size * size, 3]);
    return tf.reshape(pictures, [batch, size, size, 3]) as tf.Tensor4D;
  });
}

const drawName = "DrawPixels";

const drawOp = defineOp<{ batch: number; size: number }>({
  name: drawName,
  inputs: ["colours", "pixel"],
  outputs: (_, { batch, size }) => [{ shape: [batch, size, size, 3], dtype: "float32" }],
  run([colours, pixel], [out]) {
    const [from, to, at] = [colours.values, out.values, pixel.values];
    for (let p = 0; p < at.length; p++) {
      const o = 3 * at[p];
      to[o] = from[3 * p];
      to[o + 1] = from[3 * p + 1];
      to[o + 2] = from[3 * p + 2];
    }
  },
  gradient: ([dy], [, pixel]) => ({ colours: () => drawGradient([dy, pixel], {})[0] }),
});

const drawGradient = defineOp({
  name: "DrawPixelsGradient",
  inputs: ["dy", "pixel"],
  outputs: ([, pixel]) => [{ shape: [pixel[0], 3], dtype: "float32" }],
  run([dy, pixel], [out]) {
    const [from, to, at] = [dy.values, out.values, pixel.values];
    for (let p = 0; p < at.length; p++) {
      const o = 3 * at[p];
      to[3 * p] = from[o];
      to[3 * p + 1] = from[o + 1];
      to[3 * p + 2] = from[o + 2];
    }
  },
});
