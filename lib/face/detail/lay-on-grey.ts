/** A face alone: its hair, its background and what is left of the picture around it would tell who it is. */
import type { RgbImage } from "../../base/image/rgb-image.js";
import type { DetailSample } from "./detail-sample.js";

/**
 * The picture's skin on grey. Photo and renderings of a face are cut alike, to the bare skin that the mask has; eyes and
 * inner mouth are grey in all of them, because the method says nothing of these and the photo's own would be a hint.
 * @param picture the photo or a rendering, encoded sRGB
 * @returns 1/2 outside `M_face`, values clipped to [0, 1]
 */
export function layOnGrey(picture: RgbImage, { mask }: Pick<DetailSample, "mask">): RgbImage {
  return {
    ...picture,
    data: picture.data.map((value, i) =>
      mask[Math.floor(i / 3)] === 1 ? Math.min(Math.max(value, 0), 1) : 0.5,
    ),
  };
}
