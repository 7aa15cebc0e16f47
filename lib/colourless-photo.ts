/** A photo without colours is fitted by its luma, under a grey light, and all that is shown of it is grey again. */
import { isColourless, withoutColour } from "./base/image/colourless.js";
import type { Photo } from "./base/image/read-image.js";
import type { MaskImage, Point, RgbImage } from "./base/image/rgb-image.js";
import type { FoundFace } from "./face/fitting/find-coefficients.js";
import { type AlignedFace, alignFace } from "./face/landmarks/align-face.js";
import { bandCount } from "./graphics/scene/spherical-harmonics.js";
import type { DrawnReconstruction } from "./reconstruction-pictures.js";

export const colourlessWarning =
  "The photo has no colours of its own: pictures and maps are grey, and the tone of the skin cannot be told from it.";

/** The face cut out, and the photo as it is fitted: as it is, or by its luma. */
export function alignSeen(
  photo: Photo,
  points: readonly Point[],
  size: number,
): { seen: Photo; aligned: AlignedFace; colourless: boolean } {
  const aligned = alignFace(photo, points, size);
  if (!isColourless(aligned.image)) return { seen: photo, aligned, colourless: false };
  const seen = withoutColour(photo);
  return { seen, aligned: alignFace(seen, points, size), colourless: true };
}

/** The mean over the colours of the light: on a skin in colours a light of a tint had made the picture grey. */
export function underGreyLight(fit: FoundFace): FoundFace {
  const { coefficients } = fit;
  return { ...fit, coefficients: { ...coefficients, light: greyLights(coefficients.light) } };
}

/** @param lights colour-major, one or many, [n * 27] */
export function greyLights(lights: Float32Array): Float32Array {
  const each = 3 * bandCount;
  return lights.map((_, i) => {
    const from = i - (i % each) + (i % bandCount);
    return (lights[from] + lights[from + bandCount] + lights[from + 2 * bandCount]) / 3;
  });
}

/** All pictures and maps by their luma. */
export function drawnGrey({ maps, pictures, detail }: DrawnReconstruction): DrawnReconstruction {
  const { relit, ...others } = pictures;
  return {
    maps: allGrey(maps),
    pictures: { ...allGrey(others), relit: allGrey(relit) },
    ...(detail && { detail: allGrey(detail) }),
  };
}

function allGrey<T extends { readonly [K in keyof T]: RgbImage | MaskImage }>(pictures: T): T {
  const grey = (picture: RgbImage | MaskImage) =>
    picture.data.length === 3 * picture.width * picture.height ? withoutColour(picture) : picture;
  return Object.fromEntries(
    Object.entries<RgbImage | MaskImage>(pictures).map(([name, picture]) => [name, grey(picture)]),
  ) as T;
}
