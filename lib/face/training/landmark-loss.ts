/**
 * The landmark term of Deng et al. (2019, Eq. 3 there) for photos: `1/68 Σ w_n ‖q_n − q′_n‖²`, px² at 224, against a
 * detector's points. The points of the jaw slide, because a detector sees them where the outline is.
 */
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { pointProjector } from "./project-landmarks.js";

/** Number of points on the jaw, and the chin among them, which does not slide. */
const jaw = 17;
const chin = 8;

/** The weights of the 68 points in Deng et al., 20 for nose and inner mouth and 1 for all others, scaled to a mean of 1. */
export function dengPointWeights(): Float64Array {
  const weights = Float64Array.from({ length: 68 }, (_, j) => ((j >= 27 && j <= 35) || j >= 60 ? 20 : 1));
  const mean = weights.reduce((sum, value) => sum + value, 0) / 68;
  return weights.map((value) => value / mean);
}

/** Our weights for faces with truth: jaw 1/2, lips 2, scaled to a mean of 1. */
export function lipPointWeights(): Float64Array {
  const weights = Float64Array.from({ length: 68 }, (_, j) => (j < jaw ? 0.5 : j >= 48 ? 2 : 1));
  const mean = weights.reduce((sum, value) => sum + value, 0) / 68;
  return weights.map((value) => value / mean);
}

/**
 * @param face 257 numbers
 * @param points px at 224, [68 * 2]
 * @param gradient of `weight` times the term with respect to `face`, added to
 */
export type LandmarkLoss = (
  face: ArrayLike<number>,
  points: ArrayLike<number>,
  weight: number,
  gradient: Float64Array,
) => number;

export function landmarkLoss(data: MorphableModelData, pointWeights: ArrayLike<number>): LandmarkLoss {
  const fixed = data.detectedLandmarks ?? data.landmarks;
  const starts = data.contours.map(
    (_, j) => 68 + data.contours.slice(0, j).reduce((n, path) => n + path.length, 0),
  );
  const projector = pointProjector(data, [...fixed, ...data.contours.flatMap((path) => [...path])]);
  return (face, points, weight, gradient) => {
    const shape = projector.shape(face);
    const places = projector.place(shape, face);
    const pull = new Float64Array(places.length);
    let sum = 0;
    for (let j = 0; j < 68; j++) {
      const at = j < jaw && j !== chin ? outermost(places, starts[j], data.contours[j].length, j < chin) : j;
      for (let axis = 0; axis < 2; axis++) {
        const offset = places[2 * at + axis] - points[2 * j + axis];
        sum += (pointWeights[j] / 68) * offset * offset;
        pull[2 * at + axis] += (2 * weight * pointWeights[j] * offset) / 68;
      }
    }
    projector.addGradient(shape, face, pull, gradient);
    return sum;
  };
}

function outermost(places: Float64Array, start: number, length: number, left: boolean): number {
  let best = start;
  for (let i = start; i < start + length; i++) {
    const further = places[2 * i] - places[2 * best];
    if (left ? further < 0 : further > 0) best = i;
  }
  return best;
}
