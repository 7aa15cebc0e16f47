/**
 * The methods of Table 3 with which ours is compared (section 5.2), all behind one interface. Each gets the same photo,
 * mask and fit (section 4.1) as our method, and draws its own picture, so that the judges need no exceptions.
 */
import * as tf from "@tensorflow/tfjs";
import type { RgbImage } from "../../base/image/rgb-image.js";
import { drawPixels } from "../../graphics/renderer/surface/draw-pixels.js";
import { lookUpAlbedo } from "../../graphics/renderer/surface/look-up-albedo.js";
import { shadeByLights, shadeByMap } from "../../graphics/renderer/surface/shade-by-map.js";
import type { SurfacePicture } from "../../graphics/renderer/surface/surface-picture.js";
import { surfaceTensors } from "../../graphics/renderer/surface/surface-tensors.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import type { DetailSample } from "../detail/detail-sample.js";

export interface RivalFace {
  /** The method's albedo, encoded sRGB, not clipped, [U * U * 3]. */
  readonly albedo: Float32Array;
  /** SH coefficients, colour-major: one light, [27], or one for each texel, [U * U * 27]. */
  readonly light: Float32Array;
  /** The albedo under the light on the method's own geometry, encoded sRGB, not clipped, black where empty, [S * S * 3]. */
  readonly picture: RgbImage;
}

export interface Rival {
  readonly name: string;
  /** Its number in the paper's references. */
  readonly reference: 6 | 7 | 9 | 12;
  /**
   * Whether the albedo holds light: the method does not keep out of its albedo what one light cannot explain, such as
   * cast shadows and highlights.
   */
  readonly albedoHoldsLight: boolean;
  /** Reconstructs a face; one at a time. */
  reconstruct(sample: DetailSample): Promise<RivalFace>;
  dispose(): Promise<void>;
}

/**
 * `R(A, L)`, Eq. 3, on a rasterised face.
 * @param albedo [U * U * 3] @param light [27] or [U * U * 27]
 */
export async function paintFace(
  surface: SurfacePicture,
  uvSize: number,
  albedo: Float32Array,
  light: ArrayLike<number>,
): Promise<RgbImage> {
  const { size } = surface;
  const picture = tf.tidy(() => {
    const tensors = surfaceTensors([surface], uvSize);
    const shades =
      light.length === lightSize
        ? shadeByLights([light], [surface], tensors)
        : shadeByMap(tf.tensor4d(Float32Array.from(light), [1, uvSize, uvSize, lightSize]), tensors);
    const colours = lookUpAlbedo(tf.tensor4d(albedo, [1, uvSize, uvSize, 3]), tensors);
    return drawPixels(tf.mul(colours, shades), tensors, 1, size);
  });
  const data = (await picture.data<"float32">()).slice();
  picture.dispose();
  return { width: size, height: size, data };
}
