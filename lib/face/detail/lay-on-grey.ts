/** A face alone: its hair, its background and what is left of the picture around it would tell who it is. */
import type { RgbImage } from "../../base/image/rgb-image.js";
import type { DetailSample } from "./detail-sample.js";

/**
 * The skin of the fitted face, as the camera sees it, on grey. Photo and renderings are cut alike. Eyes and inner mouth are
 * grey in all of them, because the method says nothing of these and the photo's own would be a hint.
 *
 * Hair and hands before the face stay in the photo: cut to bare skin (`M_face`), the outline of its hair would be in each
 * rendering. Of 40 photos, faceres / dlib know 17 / 8 by a grey face under the coarse light that is cut to bare skin, and
 * 12 / 7 cut to the fitted face. That is left to pose and shape.
 * @param picture the photo or a rendering, encoded sRGB
 * @returns 1/2 where there is no fitted skin, values clipped to [0, 1]
 */
export function layOnGrey(
  { width, height, data }: RgbImage,
  {
    mask,
    surface,
  }: Pick<DetailSample, "mask"> & { readonly surface: Pick<DetailSample["surface"], "pixel"> },
): RgbImage {
  const alone = new Float32Array(data.length).fill(0.5);
  for (const pixel of surface.pixel) {
    if (mask[pixel] === 2) continue;
    for (let i = 3 * pixel; i < 3 * pixel + 3; i++) alone[i] = Math.min(Math.max(data[i], 0), 1);
  }
  return { width, height, data: alone };
}
