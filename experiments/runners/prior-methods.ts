/** The ways to the coefficients of a face, by the names that `--prior` takes. */
import {
  type Coefficients,
  type FaceMasker,
  fitPhoto,
  type MorphableModel,
  type Point,
  type RgbImage,
} from "rerenderable";

export const priorNames = ["fit"] as const;
export type PriorName = (typeof priorNames)[number];

export interface PriorMethod {
  /**
   * @param image the aligned face
   * @param points 68, px of the image
   */
  find(image: RgbImage, points: readonly Point[]): Promise<Coefficients>;
  dispose(): Promise<void>;
}

export async function openPriorMethod(
  _name: PriorName,
  model: MorphableModel,
  masker: FaceMasker,
): Promise<PriorMethod> {
  return {
    find: async (image, points) => (await fitPhoto(model, image, points, { masker })).coefficients,
    dispose: async () => {},
  };
}
