/**
 * How far a regressed face is from the true one, if that is known. Shape, albedo and light are compared by what one
 * sees of them, not by their coefficients, because the last coefficients hardly show. Pose is compared by where it puts
 * the points.
 */

import type { Light } from "../../graphics/scene/light.js";
import { seenBrightness } from "../../graphics/scene/light-prior.js";
import { bandCount } from "../../graphics/scene/spherical-harmonics.js";
import { partStart } from "../models/regressor-units.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { type FaceForms, faceForms } from "./face-forms.js";
import { type PointProjector, pointProjector } from "./project-landmarks.js";
import { addForm } from "./quadratic-form.js";

/** The terms of the loss. Each is a mean square. */
export const truthTerms = [
  /** Distance of the skin's vertices in the model frame, mm². */
  "shape",
  /** Encoded sRGB over the skin. */
  "albedo",
  /** Shading of a sphere, as a part of how bright the true light is. */
  "light",
  /** Distance of the 68 points in the picture, px² at 224. */
  "points",
  /** The same distance with the true shape, so that a wrong shape cannot make up for a wrong pose. */
  "placing",
  /** Pitch, yaw and roll, radians². */
  "angles",
] as const;

export type TruthTerm = (typeof truthTerms)[number];
export type TruthErrors = Record<TruthTerm, number>;

export interface TruthLoss {
  readonly projector: PointProjector;
  readonly forms: FaceForms;
  /**
   * The errors of one face.
   * @param face,truth 257 numbers
   * @param weights of the terms in the gradient
   * @param gradient of the weighted sum with respect to `face`, added to
   */
  (
    face: ArrayLike<number>,
    truth: ArrayLike<number>,
    weights: TruthErrors,
    gradient: Float64Array,
  ): TruthErrors;
}

/** @param pointWeights of the 68 points, of mean 1 */
export function truthLoss(data: MorphableModelData, pointWeights: ArrayLike<number>): TruthLoss {
  const forms = faceForms(data);
  const projector = pointProjector(data, data.detectedLandmarks ?? data.landmarks);
  const compare = (
    face: ArrayLike<number>,
    truth: ArrayLike<number>,
    weights: TruthErrors,
    gradient: Float64Array,
  ): TruthErrors => {
    const trueShape = projector.shape(truth);
    const target = projector.place(trueShape, truth);
    const points = (shape: Float64Array, weight: number, throughShape: boolean) => {
      const offsets = projector.place(shape, face);
      let sum = 0;
      for (let i = 0; i < offsets.length; i++) {
        const share = pointWeights[i >> 1] / projector.count;
        const offset = offsets[i] - target[i];
        sum += share * offset * offset;
        offsets[i] = 2 * weight * share * offset;
      }
      projector.addGradient(shape, face, offsets, gradient, throughShape);
      return sum;
    };
    return {
      shape: addForm(forms.shape, face, truth, partStart.identity, weights.shape, gradient),
      albedo: addForm(forms.albedo, face, truth, partStart.albedo, weights.albedo, gradient),
      light: lightError(forms, face, truth, weights.light, gradient),
      points: points(projector.shape(face), weights.points, true),
      placing: points(trueShape, weights.placing, false),
      angles: angleError(face, truth, weights.angles, gradient),
    };
  };
  return Object.assign(compare, { projector, forms });
}

function lightError(
  { light }: FaceForms,
  face: ArrayLike<number>,
  truth: ArrayLike<number>,
  weight: number,
  gradient: Float64Array,
): number {
  const bright = seenBrightness(lightOf(truth));
  const factor = 1 / (3 * Math.max(bright, 0.05) ** 2);
  return [0, 1, 2].reduce((sum, colour) => {
    const start = partStart.light + colour * bandCount;
    return sum + factor * addForm(light, face, truth, start, weight * factor, gradient);
  }, 0);
}

function lightOf(face: ArrayLike<number>): Light {
  return Array.from({ length: 3 * bandCount }, (_, i) => face[partStart.light + i]);
}

function angleError(
  face: ArrayLike<number>,
  truth: ArrayLike<number>,
  weight: number,
  gradient: Float64Array,
): number {
  let sum = 0;
  for (let k = partStart.angles; k < partStart.angles + 3; k++) {
    const offset = face[k] - truth[k];
    sum += offset * offset;
    gradient[k] += 2 * weight * offset;
  }
  return sum;
}
