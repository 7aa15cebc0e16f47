/** One face of the model as a small picture: rendered at twice the size and halved, on a light ground. */
import * as tf from "@tensorflow/tfjs";
import { coefficientTensors, poseFace } from "../../lib/fitting/face-geometry.js";
import { halveImage } from "../../lib/image/halve.js";
import type { RgbImage } from "../../lib/image/rgb-image.js";
import type { MorphableModel } from "../../lib/morphable-model/morphable-model.js";
import { compositeOver, renderVertexColoured } from "../../lib/renderer/render.js";
import { type Coefficients, neutralCoefficients } from "../../lib/scene/coefficients.js";

/**
 * @param parts coefficients that are not neutral
 * @param size side of the picture, px
 * @param ground grey of the background, 0 to 1
 */
export function facePicture(
  model: MorphableModel,
  parts: Partial<Coefficients>,
  size: number,
  ground = 0.93,
): RgbImage {
  const picture = tf.tidy(() => {
    const tensors = coefficientTensors([neutralCoefficients(parts)]);
    const geometry = poseFace(model, tensors);
    const scene = { ...geometry, triangles: model.triangles, size: 2 * size };
    const albedo = tf.clipByValue(model.decodeAlbedo(tensors.albedo), 0, 1) as tf.Tensor3D;
    const { image, mask } = renderVertexColoured(scene, albedo, tensors.light);
    const whole = compositeOver(image, mask, tf.fill(image.shape, ground) as tf.Tensor4D);
    return tf.clipByValue(whole, 0, 1);
  });
  const data = picture.dataSync<"float32">().slice();
  picture.dispose();
  return halveImage({ width: 2 * size, height: 2 * size, data });
}
