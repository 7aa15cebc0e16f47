/**
 * How far a result lies from the truth, where the truth is known. One picture cannot tell a bright light on dark skin
 * from a dim light on fair skin, nor a near face from a large face far away. So each error is given as it is, and again
 * with that one freedom taken out.
 */
import { shadingAt } from "../../graphics/scene/light.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { quantile } from "./spread.js";

export interface ScaledError {
  readonly raw: number;
  /** The error after each colour was multiplied by its best factor. */
  readonly scaled: number;
}

/**
 * Root mean square over the texels, or pixels, of a mask.
 * @param albedo,truth encoded sRGB, [n * 3]
 * @param mask 1 where it counts, [n]
 * @returns NaN under an empty mask
 */
export function albedoError(
  albedo: ArrayLike<number>,
  truth: ArrayLike<number>,
  mask: ArrayLike<number>,
): ScaledError {
  const factors = colourFactors(albedo, truth, mask);
  let [raw, scaled, count] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const weight = mask[Math.floor(i / 3)];
    raw += weight * (albedo[i] - truth[i]) ** 2;
    scaled += weight * (factors[i % 3] * albedo[i] - truth[i]) ** 2;
    count += weight;
  }
  return { raw: Math.sqrt(raw / count), scaled: Math.sqrt(scaled / count) };
}

/** The best factor for each of the three colours, by least squares. */
function colourFactors(
  values: ArrayLike<number>,
  truth: ArrayLike<number>,
  mask?: ArrayLike<number>,
): readonly [number, number, number] {
  const [products, squares] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let i = 0; i < truth.length; i++) {
    const weight = mask ? mask[Math.floor(i / 3)] : 1;
    products[i % 3] += weight * values[i] * truth[i];
    squares[i % 3] += weight * values[i] ** 2;
  }
  const factor = (c: number) => (squares[c] > 0 ? products[c] / squares[c] : 1);
  return [factor(0), factor(1), factor(2)];
}

/** Directions that face the camera, evenly spread (a Fibonacci lattice). */
const facing = Array.from({ length: 256 }, (_, i) => {
  const z = 1 - (i + 0.5) / 256;
  const [r, turn] = [Math.sqrt(1 - z * z), i * Math.PI * (3 - Math.sqrt(5))];
  return [r * Math.cos(turn), r * Math.sin(turn), z] as const;
});

/**
 * Root mean square difference of the shading of normals that face the camera, divided by the root mean square of the
 * true shading.
 * @param light,truth 27 numbers, colour-major, in the camera's frame
 */
export function lightError(light: readonly number[], truth: readonly number[]): ScaledError {
  if (light.length !== lightSize || truth.length !== lightSize) {
    throw new Error(
      `lightError: lights should have ${lightSize} numbers but have ${light.length} and ${truth.length}.`,
    );
  }
  const found = facing.flatMap((normal) => shadingAt(light, normal));
  const wanted = facing.flatMap((normal) => shadingAt(truth, normal));
  const factors = colourFactors(found, wanted);
  const rms = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  return {
    raw: rms(found.map((value, i) => value - wanted[i])) / rms(wanted),
    scaled: rms(found.map((value, i) => factors[i % 3] * value - wanted[i])) / rms(wanted),
  };
}

export interface DepthError {
  /** Mean distance along the camera's axis, mm. */
  readonly raw: number;
  /** The error after the median difference was taken out: an error of shape, not of distance. */
  readonly aligned: number;
}

/**
 * @param depth,truth in front of the camera, 10 cm, 0 where nothing is seen
 * @param mask 1 where it counts
 * @returns NaN where no pixel counts
 */
export function depthError(
  depth: ArrayLike<number>,
  truth: ArrayLike<number>,
  mask: ArrayLike<number>,
): DepthError {
  const differences = Array.from({ length: truth.length }, (_, p) =>
    mask[p] > 0.5 && depth[p] > 0 && truth[p] > 0 ? 100 * (depth[p] - truth[p]) : Number.NaN,
  ).filter(Number.isFinite);
  const middle = quantile(
    [...differences].sort((a, b) => a - b),
    0.5,
  );
  const mean = (from: number) =>
    differences.reduce((sum, value) => sum + Math.abs(value - from), 0) / differences.length;
  return { raw: mean(0), aligned: mean(middle) };
}

/** Pearson's correlation of two lists of one length. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  return covariance(a, ma, b, mb) / Math.sqrt(covariance(a, ma, a, ma) * covariance(b, mb, b, mb));
}
