/** What a light does at each texel of the flat map, for measures that compare light maps with the photo's texture. */
import * as tf from "@tensorflow/tfjs";
import { shading } from "../../graphics/renderer/shade/shade.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import { coefficientTensors, poseFace } from "../fitting/face-geometry.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";

/**
 * `S′`: what the light does to an albedo of 1 on the posed face.
 * @param coefficients of the pose, identity and expression; their light is not asked
 * @param light SH coefficients, colour-major: one light, [27], or one a texel, [U * U * 27]
 * @returns not clipped, 0 where the map has no face, [U * U * 3]
 */
export async function mapShading(
  model: MorphableModel,
  uvSpace: UvSpace,
  coefficients: Coefficients,
  light: ArrayLike<number>,
): Promise<Float32Array> {
  const side = uvSpace.size;
  const map = tf.tidy(() => {
    const normals = uvSpace.vertexToUv(poseFace(model, coefficientTensors([coefficients])).normals);
    const values = Float32Array.from(light);
    return light.length === lightSize
      ? shading(normals, tf.tensor2d(values, [1, lightSize]))
      : shading(normals, tf.tensor4d(values, [1, side, side, lightSize]));
  });
  const data = (await map.data<"float32">()).slice();
  map.dispose();
  return data;
}
