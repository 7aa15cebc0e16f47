/** The ways to the coefficients of a face, by the names that `--prior` takes. */
import {
  type Coefficients,
  type FaceMasker,
  findPrior,
  type MorphableModel,
  type Point,
  type PriorKind,
  priorKinds,
  type RgbImage,
} from "rerenderable";
import { type CoefficientRegressor, loadCoefficientRegressor } from "rerenderable/face";

export const priorNames = priorKinds;
export type PriorName = PriorKind;

export interface PriorMethod {
  /**
   * @param image the aligned face
   * @param points 68, px of the image
   */
  find(image: RgbImage, points: readonly Point[]): Promise<Coefficients>;
  dispose(): Promise<void>;
}

/** @param weights `shipped`, or the file of a regressor */
export async function openPriorMethod(
  name: PriorName,
  model: MorphableModel,
  masker: FaceMasker,
  weights = "shipped",
): Promise<PriorMethod> {
  const file = weights === "shipped" ? undefined : weights;
  const regressor: CoefficientRegressor | undefined =
    name === "fit" ? undefined : await loadCoefficientRegressor(model.data, file);
  return {
    find: async (image, points) =>
      (await findPrior(name, model, image, points, { masker, regressor })).coefficients,
    dispose: async () => regressor?.dispose(),
  };
}
