/** The same photo as other cameras or settings would have taken it: the albedo that is found should not know the difference. */
import { linearToSrgb, type RgbImage, srgbToLinear } from "rerenderable";

/** Factors of red, green and blue in linear light; what passes 1 is clipped, and the picture is rounded to bytes. */
export const cameras = {
  "as it is": [1, 1, 1],
  "exposure 0.35": [0.35, 0.35, 0.35],
  "exposure 0.5": [0.5, 0.5, 0.5],
  "exposure 0.7": [0.7, 0.7, 0.7],
  "exposure 1.4": [1.4, 1.4, 1.4],
  // 15 % between red and blue, green as it is.
  warmer: [1.075, 1, 0.925],
  colder: [0.925, 1, 1.075],
} as const satisfies Record<string, readonly number[]>;

export type CameraName = keyof typeof cameras;

export function takenWith(name: CameraName, image: RgbImage): RgbImage {
  const gains = cameras[name];
  if (gains.every((gain) => gain === 1)) return image;
  const data = image.data.map((value, i) => {
    return Math.round(255 * linearToSrgb(Math.min(srgbToLinear(value) * gains[i % 3], 1))) / 255;
  });
  return { ...image, data };
}
