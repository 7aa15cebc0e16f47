/** For tests: a face turned to a side and its own picture, as a fit that makes no error would have it. */
import * as tf from "@tensorflow/tfjs";
import type { FittedFace } from "../face/detail/posed-face.js";
import { coefficientTensors, poseFace } from "../face/fitting/face-geometry.js";
import { neutralCoefficients } from "../face/morphable-model/coefficients.js";
import type { MorphableModel } from "../face/morphable-model/morphable-model.js";
import { sampleFace } from "../face/morphable-model/sample-face.js";
import { renderTextured } from "../graphics/renderer/render.js";
import type { UvSpace } from "../graphics/uv/uv-space.js";

/** @param uvSpace of the albedo that is drawn @param size of the picture, px */
export async function turnedFace(
  model: MorphableModel,
  uvSpace: UvSpace,
  { size = 64, yaw = 0.6 }: { readonly size?: number; readonly yaw?: number } = {},
): Promise<FittedFace> {
  const { albedo } = sampleFace(model.data, 3);
  const coefficients = { ...neutralCoefficients({ angles: Float32Array.from([0, yaw, 0]) }), albedo };
  const drawn = tf.tidy(() => {
    const c = coefficientTensors([coefficients]);
    const scene = { ...poseFace(model, c), triangles: model.triangles, uvs: model.uvs, size };
    const map = tf.clipByValue(uvSpace.vertexToUv(model.decodeAlbedo(c.albedo)), 0, 1) as tf.Tensor4D;
    const { image, mask } = renderTextured(scene, map, c.light);
    return { image, mask };
  });
  const side = async (tensor: tf.Tensor) => ({
    width: size,
    height: size,
    data: (await tensor.data<"float32">()).slice(),
  });
  const [image, mask] = await Promise.all([side(drawn.image), side(drawn.mask)]);
  tf.dispose(drawn);
  const points = [[20, 24], [44, 24], [32, 34], [24, 44], [40, 44]] as const; // biome-ignore format: five points
  return { id: "turned", image, mask, points, coefficients };
}
