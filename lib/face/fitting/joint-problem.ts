/** Several photos of one person as one least-squares problem: identity and albedo are shared, all else is each photo's own. */

import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import type { LeastSquaresProblem, NormalEquations } from "./gauss-newton.js";
import { poseCount } from "./landmark-problem.js";
import { poseStart } from "./photometric-problem.js";

export interface JointProblem extends LeastSquaresProblem {
  /** The parameters of all photos, from those of each photo. Shared parameters take the mean. */
  join(parts: readonly Float64Array[]): Float64Array;
  /** Parameters of one photo. */
  part(parameters: Float64Array, view: number): Float64Array;
}

export function jointProblem(
  data: MorphableModelData,
  problems: readonly LeastSquaresProblem[],
): JointProblem {
  const { shared, own, size } = placesOf(data);
  const each = problems[0].precision.length;
  /** Where parameter i of a photo stands. */
  const places = problems.map((_, v) =>
    Int32Array.from({ length: each }, (_, i) =>
      shared[i] >= 0 ? shared[i] : own[i] + v * size.own + size.shared,
    ),
  );
  /** Shared parameters take the values of the last photo. */
  const spread = (name: "mean" | "precision" | "rate" | "lower" | "upper") => {
    const out = new Float64Array(size.shared + problems.length * size.own);
    places.forEach((place, v) => {
      place.forEach((to, i) => {
        out[to] = problems[v][name][i];
      });
    });
    return out;
  };
  const part = (p: Float64Array, v: number) => Float64Array.from(places[v], (from) => p[from]);
  // A photo's parameters are asked for more than once. A problem knows parameters that it has seen by their being the same array.
  let last: { p: Float64Array; parts: Float64Array[] } | undefined;
  const partsOf = (p: Float64Array) => {
    if (last?.p !== p) last = { p, parts: problems.map((_, v) => part(p, v)) };
    return last.parts;
  };
  return {
    mean: spread("mean"),
    precision: spread("precision"),
    rate: spread("rate"),
    lower: spread("lower"),
    upper: spread("upper"),
    join(parts) {
      const out = new Float64Array(size.shared + problems.length * size.own);
      parts.forEach((values, v) => {
        places[v].forEach((to, i) => {
          out[to] += shared[i] >= 0 ? values[i] / parts.length : values[i];
        });
      });
      return out;
    },
    part,
    prepare: (p) => partsOf(p).forEach((values, v) => void problems[v].prepare(values)),
    cost: (p) => partsOf(p).reduce((sum, values, v) => sum + problems[v].cost(values), 0),
    normalEquations(p) {
      const sum = { normal: new Float64Array(p.length ** 2), right: new Float64Array(p.length) };
      partsOf(p).forEach((values, v) => {
        addAt(sum, problems[v].normalEquations(values, each), places[v]);
      });
      return sum;
    },
  };
}

/** Adds a photo's equations. @param places where each of its parameters stands among all */
function addAt({ normal, right }: NormalEquations, own: NormalEquations, places: Int32Array): void {
  const [n, each] = [right.length, own.right.length];
  for (let a = 0; a < each; a++) {
    const row = places[a];
    right[row] += own.right[a];
    for (let b = 0; b <= a; b++) {
      const column = places[b];
      normal[Math.max(row, column) * n + Math.min(row, column)] += own.normal[a * each + b];
    }
  }
}

/**
 * For each parameter of a photo its place among the shared parameters or among the photo's own. −1 means: not among
 * those.
 */
function placesOf(data: MorphableModelData) {
  const albedo = poseStart(data);
  const identity = albedo + poseCount;
  const expression = identity + data.identityPrior.size;
  const each = expression + data.expressionPrior.size;
  const isShared = (i: number) => (i >= lightSize && i < albedo) || (i >= identity && i < expression);
  const [shared, own] = [new Int32Array(each).fill(-1), new Int32Array(each).fill(-1)];
  let [common, apart] = [0, 0];
  for (let i = 0; i < each; i++) {
    if (isShared(i)) shared[i] = common++;
    else own[i] = apart++;
  }
  return { shared, own, size: { shared: common, own: apart } };
}
