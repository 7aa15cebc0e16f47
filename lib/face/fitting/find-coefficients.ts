/**
 * The prior albedo module (section 4.1) in its three ways. `fit` optimises, starting from the landmarks. `regress`
 * takes the network's answer. `both` optimises too, and uses the network's albedo and light as a belief, with the error
 * that the network makes on faces it has not learnt from. The belief leaves out shape and pose, because landmarks and
 * picture say more about those than the network does: with a belief in identity and expression too, depths were off by
 * 2.87 mm in place of 2.78 (42 synthetic faces), and the PSNR of photos was the same.
 *
 * All three expect a well exposed photo, so the photo is first divided by its exposure (`models/exposure.ts`), and the light that
 * is found multiplied by it. A photo that is darker by a factor then has the same albedo, and a light that is darker by it.
 */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { alignedSide } from "../landmarks/align-face.js";
import { type Exposure, type ExposureEstimator, wellExposed } from "../models/exposure.js";
import type { FaceMasker } from "../models/face-mask.js";
import type { CoefficientRegressor } from "../models/trained-regressor.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModel, MorphableModelData } from "../morphable-model/morphable-model.js";
import type { CoefficientBelief } from "./coefficient-belief.js";
import { describeFace, fitPhoto, type PhotoFit, type PhotoFitOptions } from "./fit-photo.js";

export const fittingMethods = ["fit", "regress", "both"] as const;
export type FittingMethod = (typeof fittingMethods)[number];

/** `both` where the model has a regressor, else `fit`. */
export const defaultFittingMethod = ({ name }: Pick<MorphableModelData, "name">): FittingMethod =>
  name === "embedded" ? "both" : "fit";

export interface FindCoefficientsOptions extends PhotoFitOptions {
  /** The network that `regress` and `both` ask. */
  readonly regressor?: Pick<CoefficientRegressor, "regress" | "errors">;
  /** Tells how the photo was exposed; if it is left out, the photo counts as well exposed. */
  readonly exposure?: Pick<ExposureEstimator, "estimate">;
  /** The aligned face at 224 px for the networks, if `image` has another size. */
  readonly regressed?: RgbImage;
}

/** A fit, and how the photo was exposed, where that was asked for. */
export interface FoundFace extends PhotoFit {
  readonly exposure?: Exposure;
}

/**
 * @param image the aligned face, square
 * @param points its 68 points, px of the image
 * @throws where `regress` or `both` are asked for without a regressor
 * @example
 * ```ts
 * import * as rr from "rerenderable";
 *
 * await rr.prepareEngine();
 * const { model, detector, regressor } = await rr.createReconstructor();
 * const photo = await rr.readImage("datasets/portraits/astronaut.png");
 * const [{ points }] = await detector.detect(photo);
 * const { image, points68InCrop } = rr.alignFace(photo, points);
 * const options = { regressor: await regressor() };
 * const { coefficients } = await rr.findCoefficients("both", model, image, points68InCrop!, options);
 * ```
 */
export async function findCoefficients(
  method: FittingMethod,
  model: MorphableModel,
  image: RgbImage,
  points: readonly Point[],
  { exposure, regressed = image, ...options }: FindCoefficientsOptions = {},
): Promise<FoundFace> {
  if (!exposure) return findOne(method, model, image, points, { ...options, regressed });
  const smaller = alignedSide / image.width;
  const own = points.map(([x, y]): Point => [x * smaller, y * smaller]);
  const found = await exposure.estimate(regressed, own);
  const fit = await findOne(method, model, wellExposed(image, found), points, {
    ...options,
    masker: options.masker && maskOfPhoto(options.masker, image),
    regressed: wellExposed(regressed, found),
  });
  return { ...asTaken(fit, found.factor), exposure: found };
}

/** Parsers learnt from photos as they are taken. */
const maskOfPhoto =
  (masker: FaceMasker, image: RgbImage): FaceMasker =>
  (input) =>
    masker({ ...input, image });

/** The fit of a picture that was divided by `factor`, for the picture itself: the albedo stays, the light is as much brighter. */
function asTaken(fit: PhotoFit, factor: number): PhotoFit {
  const { coefficients, uncertainty } = fit;
  const lit = (face: Coefficients): Coefficients => ({
    ...face,
    light: face.light.map((value) => value * factor),
  });
  return {
    ...fit,
    coefficients: lit(coefficients),
    uncertainty: { ...uncertainty, sigma: lit(uncertainty.sigma) },
  };
}

async function findOne(
  method: FittingMethod,
  model: MorphableModel,
  image: RgbImage,
  points: readonly Point[],
  { regressor, regressed, ...options }: Omit<FindCoefficientsOptions, "exposure"> & { regressed: RgbImage },
): Promise<PhotoFit> {
  if (method === "fit") return fitPhoto(model, image, points, options);
  if (!regressor) {
    throw new Error(`findCoefficients: \`regressor\` should be there for the way "${method}" but is not.`);
  }
  const face = await regressor.regress(regressed);
  if (method === "regress") return describeFace(model, image, points, face, options);
  return fitPhoto(model, image, points, { ...options, belief: beliefOf(face, regressor) });
}

/** @throws if the regressor's file does not say how large its errors are */
function beliefOf(
  { albedo, light }: Coefficients,
  { errors }: Pick<CoefficientRegressor, "errors">,
): CoefficientBelief {
  if (!errors) throw new Error("findCoefficients: `regressor` should say how far it errs but does not.");
  return {
    albedo: { mean: albedo, deviation: errors.albedo },
    light: { mean: light, deviation: errors.light },
  };
}
