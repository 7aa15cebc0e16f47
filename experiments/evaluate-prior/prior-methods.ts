/**
 * The ways to the coefficients of a face, by the names that `--prior` takes. With "-as-taken" at its end, a way believes that each
 * photo is well exposed, as all did in 0.1.
 */
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
import {
  type CoefficientRegressor,
  loadCoefficientRegressor,
  loadExposureEstimator,
} from "rerenderable/face";

const asTaken = "-as-taken";
export type PriorName = FittingMethod | `${FittingMethod}${typeof asTaken}`;
export const priorNames: readonly PriorName[] = [
  ...fittingMethods,
  ...fittingMethods.map((name) => `${name}${asTaken}` as const),
];

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
  const way = name.replace(asTaken, "") as FittingMethod;
  const regressor: CoefficientRegressor | undefined =
    way === "fit" ? undefined : await loadCoefficientRegressor(model.data, file);
  const exposure = way === name ? await loadExposureEstimator() : undefined;
  return {
    find: async (image, points) =>
      (await findCoefficients(way, model, image, points, { masker, regressor, exposure })).coefficients,
    dispose: async () => {
      await Promise.all([regressor?.dispose(), exposure?.dispose()]);
    },
  };
}
