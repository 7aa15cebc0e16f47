/**
 * Whether a loss is the sum that the paper prints, or a mean. Eq. 8, 15 and 16 have a sum sign, Eq. 4, 7 and 10 the
 * norm of a whole map, which is a sum too. The loss of Eq. 5 is neither, so its balance against the others is another
 * one with sums than with means: at the paper's sizes a sum is some ten thousand times as large.
 *
 * - `"mean"`: over the texels, or pixels, of the mask and their numbers. A weight then depends neither on the resolution
 *   nor on how much of the picture is face.
 * - `"sum"`: at the paper's sizes, 256² texels and 224² pixels. A map of U² texels counts (256/U)² times, so that here
 *   too a weight does not depend on the resolution; a face that fills more of the picture counts more.
 *
 * Both are a mean over the images of a batch, as the paper does not say how they add up.
 */
import * as tf from "@tensorflow/tfjs";
import type { MeanOver } from "./masked-difference.js";

export type LossAmount = "mean" | "sum";

/** Side of the uv maps in the paper (section 4.3), at which differences of neighbours need no factor. */
export const paperUvSize = 256;

/** Side of the pictures in the paper (section 4.3), at which differences of neighbours need no factor. */
export const paperPictureSize = 224;

/** What the mean is over of which `inAmount` makes the amount. */
export const overFor = (amount: LossAmount): MeanOver => (amount === "sum" ? "map" : "mask");

/**
 * @param mean over texels and their numbers, as `overFor` says
 * @param numbers of the paper's map or picture: texels times channels
 */
export function inAmount(amount: LossAmount, mean: tf.Scalar, numbers: number): tf.Scalar {
  return amount === "sum" ? tf.mul(mean, numbers) : mean;
}
