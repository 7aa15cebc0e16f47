/** One face of the model as a small picture: rendered at twice the size and halved, on a light ground. */
import * as tf from "@tensorflow/tfjs";
import {
  type Coefficients,
  coefficientTensors,
  compositeOver,
  type MorphableModel,
  neutralCoefficients,
  poseFace,
  type RgbImage,
  renderVertexColoured,
} from "rerenderable";
import { halveImage } from "rerenderable/base";

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
