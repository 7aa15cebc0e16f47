/** The ways to the coefficients of a face, by the names that `--prior` takes. */
import {
  type Coefficients,
  type FaceMasker,
  type FittingMethod,
  findCoefficients,
  fittingMethods,
  type MorphableModel,
  type Point,
  type RgbImage,
} from "rerenderable";
import { type CoefficientRegressor, loadCoefficientRegressor } from "rerenderable/face";

export const priorNames = fittingMethods;
export type PriorName = FittingMethod;

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
      (await findCoefficients(name, model, image, points, { masker, regressor })).coefficients,
    dispose: async () => regressor?.dispose(),
  };
}
