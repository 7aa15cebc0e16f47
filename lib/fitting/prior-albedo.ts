/**
 * The prior albedo module (section 4.1) in its three ways: `fit` optimises from the landmarks on, `regress` takes what the
 * network says, and `both` refines by a few steps of the fit what the network says of albedo and light and the landmarks of
 * shape and pose.
 */
import type { Point, RgbImage } from "../image/rgb-image.js";
import type { CoefficientRegressor } from "../models/trained-regressor.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import { fitLandmarks } from "./fit-landmarks.js";
import { describeFace, fitPhoto, type PhotoFit, type PhotoFitOptions } from "./fit-photo.js";

export const priorKinds = ["fit", "regress", "both"] as const;
export type PriorKind = (typeof priorKinds)[number];

export interface PriorOptions extends PhotoFitOptions {
  /** What `regress` and `both` ask. */
  readonly regressor?: Pick<CoefficientRegressor, "regress">;
  /** The aligned face at 224 px, which the regressor takes, where `image` is of another size. */
  readonly regressed?: RgbImage;
}

/**
 * @param image the aligned face, square
 * @param points its 68 points, px of the image
 * @throws where `regress` or `both` are asked for without a regressor
 */
export async function findPrior(
  kind: PriorKind,
  model: MorphableModel,
  image: RgbImage,
  points: readonly Point[],
  { regressor, regressed = image, ...options }: PriorOptions = {},
): Promise<PhotoFit> {
  if (kind === "fit") return fitPhoto(model, image, points, options);
  if (!regressor) {
    throw new Error(`findPrior: \`regressor\` should be there for the prior "${kind}" but is not.`);
  }
  const face = await regressor.regress(regressed);
  if (kind === "regress") return describeFace(model, image, points, face, options);
  // Points say better where a face is than the network does, and nothing of its colours.
  const { angles, translation, identity, expression } = fitLandmarks(
    model.data,
    points,
    image.width,
    options,
  );
  const start = { ...face, angles, translation, identity, expression };
  return fitPhoto(model, image, points, { ...options, start });
}
