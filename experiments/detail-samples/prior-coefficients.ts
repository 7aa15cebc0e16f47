/** The prior of a training face: coefficients such as the reconstruction of a photo would find. */
import {
  type Coefficients,
  findCoefficients,
  fitAppearance,
  fittingMethods,
  type MorphableModel,
  neutralCoefficients,
  type Point,
  type Random,
  seeFace,
} from "rerenderable";
import {
  type FindCoefficientsOptions,
  loadCoefficientRegressor,
  loadExposureEstimator,
} from "rerenderable/face";
import type { Sample } from "../../datasets/dataset.js";

export const coefficientSources = [...fittingMethods, "truth-jittered"] as const;
export type CoefficientSource = (typeof coefficientSources)[number];

export interface PriorFace {
  readonly coefficients: Coefficients;
  /** The points from which it was found, px. */
  readonly points: readonly Point[];
}

/** Deviation of detected points from their true places in photos, px at 224. */
const pointNoise = 1;

/**
 * Deviations from the true shape: coefficients, radians, units of 10 cm. They are small: fits lie 0.6 to 0.9 px beside
 * the truth at the visible skin but keep brows on brows, while with random shapes the fine detail no longer fits the
 * albedo.
 */
const fitNoise = { identity: 0.12, expression: 0.02, angles: 0.006, across: 0.004, depth: 0.05 } as const;

/** Owns its networks. */
export interface PriorSource {
  find(sample: Sample, random: Random): Promise<PriorFace>;
  dispose(): Promise<void>;
}

/**
 * `fit`, `regress` and `both` find the face from the photo and its points, as a reconstruction does, so that a prior in
 * training is like one in use. Points that come from a rendering are first moved by a detector's error.
 * `truth-jittered` is for trials without a prior: the true shape with an error, and the albedo and light that then fit
 * the photo.
 */
export async function openPriorSource(
  model: MorphableModel,
  source: CoefficientSource,
): Promise<PriorSource> {
  const asked = source === "regress" || source === "both";
  const regressor = asked ? await loadCoefficientRegressor(model.data) : undefined;
  const exposure = source === "truth-jittered" ? undefined : await loadExposureEstimator();
  return {
    find: (sample, random) => priorFace(model, sample, source, { regressor, exposure }, random),
    dispose: async () => {
      await Promise.all([regressor?.dispose(), exposure?.dispose()]);
    },
  };
}

async function priorFace(
  model: MorphableModel,
  sample: Sample,
  source: CoefficientSource,
  networks: Pick<FindCoefficientsOptions, "regressor" | "exposure">,
  random: Random,
): Promise<PriorFace> {
  const { image, mask, truth } = sample;
  const noise = truth ? (pointNoise * image.width) / 224 : 0;
  const points = sample.points.map(
    ([x, y]): Point => [x + noise * random.normal(), y + noise * random.normal()],
  );
  if (source !== "truth-jittered") {
    // The mask is known, whatever the fit would ask.
    const { coefficients } = await findCoefficients(source, model, image, points, {
      masker: async () => mask,
      ...networks,
    });
    return { coefficients, points };
  }
  if (!truth?.coefficients) {
    throw new Error(`priorFace: \`sample\` should have true coefficients but ${sample.id} has none.`);
  }
  const shape = jittered(model, truth.coefficients, random);
  const seen = await seeFace(model, neutralCoefficients(shape), image.width);
  const appearance = fitAppearance(model.data, { ...seen, image: image.data, mask: mask.data });
  return { coefficients: { ...shape, ...appearance }, points };
}

function jittered({ data }: MorphableModel, truth: Coefficients, random: Random): Coefficients {
  const moved = (values: Float32Array, by: (i: number) => number) =>
    values.map((value, i) => value + by(i) * random.normal());
  const bounded = (values: Float32Array, { lower, upper }: typeof data.identityPrior) =>
    values.map((value, i) => Math.min(Math.max(value, lower[i]), upper[i]));
  const { identity, expression, across, depth, angles } = fitNoise;
  return {
    ...truth,
    identity: bounded(
      moved(truth.identity, () => identity),
      data.identityPrior,
    ),
    expression: bounded(
      moved(truth.expression, () => expression),
      data.expressionPrior,
    ),
    angles: moved(truth.angles, () => angles),
    translation: moved(truth.translation, (i) => (i === 2 ? depth : across)),
  };
}
