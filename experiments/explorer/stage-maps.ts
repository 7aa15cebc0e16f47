/** The maps and pictures of each stage of a reconstruction, in the order of the method, with a text for each. */
import { encodeMaskPng, encodePng, type MaskImage, type Reconstruction, type RgbImage } from "rerenderable";
import type { LoadedFace } from "./loaded-face.js";

export interface StageMap {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  /** A text for people who do not see it. */
  readonly alt: string;
  /** The map of a face; undefined if it has none. */
  image(face: Pick<LoadedFace, "trueAlbedo">, result: Reconstruction): RgbImage | MaskImage | undefined;
}

export const stageMaps: readonly StageMap[] = [
  {
    name: "input",
    title: "Aligned input I",
    says: "the photo, cropped and turned upright",
    alt: "The photo, cropped and turned so that the face stands upright in the middle",
    image: (_, { pictures }) => pictures.input,
  },
  {
    name: "mask",
    title: "Skin mask",
    says: "where the fit looks",
    alt: "White where the fitted face shows skin, black on eyes, mouth, hair and background",
    image: (_, { pictures }) => pictures.mask,
  },
  {
    name: "prior-albedo",
    title: "Prior albedo A",
    says: "the model's, as a flat map",
    alt: "The smooth skin colour that the morphable model fitted, as a flat map",
    image: (_, { maps }) => maps.priorAlbedo,
  },
  {
    name: "unwrapped",
    title: "Unwrapped texture T",
    says: "the photo on the flat map; noise where nothing is seen",
    alt: "The photo's pixels spread out over the flat map of the face, with noise in the parts turned away",
    image: (_, { maps }) => maps.unwrapped,
  },
  {
    name: "albedo",
    title: "Detailed albedo A′",
    says: "skin colour with a part of the fine detail",
    alt: "The skin colour with some fine detail, as a flat map",
    image: (_, { maps }) => maps.albedo,
  },
  {
    name: "true-albedo",
    title: "True albedo",
    says: "of a person drawn from the model: what A should be",
    alt: "The albedo that the picture was made with, as a flat map",
    image: ({ trueAlbedo }) => trueAlbedo,
  },
  {
    name: "light",
    title: "Detailed light L′",
    says: "of each texel, on an albedo of ½",
    alt: "The light of each texel on a grey face, as a flat map",
    image: (_, { detail }) => detail?.maps.light,
  },
  {
    name: "light-picture",
    title: "L′ in the picture",
    says: "on an albedo of ½",
    alt: "A grey face under the light that was found in the photo",
    image: (_, { pictures }) => pictures.light,
  },
  {
    name: "confidence",
    title: "Confidence",
    says: "white seen, grey by its mirror image, black guessed",
    alt: "A flat map: white where the photo shows the face, grey where it shows the mirror image, black elsewhere",
    image: (_, { detail }) => detail?.maps.confidence,
  },
  {
    name: "coarse",
    title: "R(A, L)",
    says: "prior albedo under the coarse light",
    alt: "The rendered face of the morphable model under one light",
    image: (_, { pictures }) => pictures.coarse,
  },
  {
    name: "detailed-coarse-light",
    title: "R(A′, L)",
    says: "detailed albedo under the coarse light",
    alt: "The face with its detailed albedo under one light",
    image: (_, { detail }) => detail?.pictures.coarselyLit,
  },
  {
    name: "detailed",
    title: "R(A′, L′)",
    says: "detailed albedo under the light of each texel",
    alt: "The face with its detailed albedo under its detailed light, close to the photo",
    image: (_, { detail }) => detail?.pictures.detailed,
  },
];

/** @returns PNG */
export function encodeStageMap(image: RgbImage | MaskImage): Promise<Uint8Array> {
  return image.data.length === image.width * image.height ? encodeMaskPng(image) : encodePng(image);
}
