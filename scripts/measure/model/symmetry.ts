/**
 * Measures how far the model is from its mirror image about x = 0: the largest differences, which should be rounding.
 */
import type { MorphableModelData } from "rerenderable";
import { mirrorOrder } from "rerenderable/face";
import { mirrorTwins } from "../../bake/model/mirror-twins.js";

export interface SymmetryFigures {
  readonly verticesWithoutTwin: number;
  /** Positions of the mean face, units of 10 cm. */
  readonly mesh: number;
  /** uv, 0 to 1. */
  readonly map: number;
  /** Landmarks on the mean face, and the jaw's paths; units of 10 cm. */
  readonly landmarks: number;
  readonly contours: number;
  /** Colours of the mean albedo, encoded sRGB. */
  readonly albedo: number;
}

/** @param mean positions, [N * 3] @param albedo colours, [N * 3], of the drawn vertices */
export function symmetryFigures(
  data: MorphableModelData,
  mean: Float32Array,
  albedo: Float32Array,
): SymmetryFigures {
  const twin = mirrorTwins(data, mean);
  const pairs = Array.from(twin.keys()).filter((v) => twin[v] >= 0);
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const apart = (v: number, w: number) =>
    Math.max(...[0, 1, 2].map((k) => Math.abs(mean[3 * w + k] - (k ? 1 : -1) * mean[3 * v + k])));
  const { uvs, landmarks, contours } = data;
  return {
    verticesWithoutTwin: twin.length - pairs.length,
    mesh: most(pairs.map((v) => apart(v, twin[v]))),
    map: most(
      pairs.flatMap((v) => {
        const w = twin[v];
        return [uvs[2 * w] + uvs[2 * v] - 1, uvs[2 * w + 1] - uvs[2 * v + 1]];
      }),
    ),
    landmarks: most(mirrorOrder.map((other, j) => apart(landmarks[j], landmarks[other]))),
    contours: most(contours.flatMap((path, j) => [...path].map((v, i) => apart(v, contours[16 - j][i])))),
    albedo: most(pairs.flatMap((v) => [0, 1, 2].map((k) => albedo[3 * v + k] - albedo[3 * twin[v] + k]))),
  };
}
