/** Makes the pictures of the whole photo with the face in it. */
import {
  faceInPhoto,
  type Light,
  type MaskImage,
  namedLights,
  type Photo,
  type Reconstruction,
  type Reconstructor,
} from "rerenderable";
import { bytesWithoutColour, encodeBytesPng, photoAtOwnSize, type RgbBytes } from "rerenderable/base";
import type { ParsingMasker } from "rerenderable/face";
import type { ResultFiles } from "../run/write-folder.js";

export interface InPhotoInput {
  readonly photo: Photo;
  readonly result: Reconstruction;
  readonly reconstructor: Reconstructor;
  /** The masker that found the skin, if it is not the reconstructor's own. */
  readonly masker?: ParsingMasker;
  /** Beside the named ones. */
  readonly lights: Readonly<Record<string, Light>>;
}

/** @returns `in-photo.png`, and `in-photo-<light>.png` for each light, at the photo's own size */
export async function inPhotoFiles(input: InPhotoInput): Promise<ResultFiles> {
  const { photo, result, reconstructor, lights } = input;
  const whole = await photoAtOwnSize(photo);
  const options = { scale: photo.scale, foreground: await foregroundOf(input) };
  const face = await faceInPhoto(reconstructor.model, result, whole, options);
  // A photo without colours stays without them, whatever the light.
  const encoded = (picture: RgbBytes) =>
    encodeBytesPng(result.colourless ? bytesWithoutColour(picture) : picture);
  try {
    const files: Record<string, Uint8Array> = { "in-photo.png": await encoded(await face.render()) };
    // One after the other: of a photo of 24 megapixels each takes 72 MB.
    for (const [name, light] of Object.entries({ ...lights, ...namedLights })) {
      files[`in-photo-${name}.png`] = await encoded(await face.relight(light));
    }
    return files;
  } finally {
    face.dispose();
  }
}

async function foregroundOf({ result, reconstructor, masker }: InPhotoInput): Promise<MaskImage> {
  const ask = masker?.foreground ?? (await reconstructor.parser()).foreground!;
  const { aligned, fit } = result;
  return ask({ image: aligned.image, points: aligned.points68InCrop!, projected: fit.projectedMask });
}
