/**
 * Measures of whether light is kept out of the albedo. None of them says anything alone: a constant albedo is best in
 * all, so they stand beside a measure of fidelity.
 */
import { labFromSrgb, typologyAngle } from "../../base/image/cielab.js";
import { boxBlur } from "../../graphics/uv/box-blur.js";

/** The least value whose logarithm is taken; darker values count as this one. */
const floor = 0.03;

const brightness = (map: ArrayLike<number>, p: number) =>
  0.299 * map[3 * p] + 0.587 * map[3 * p + 1] + 0.114 * map[3 * p + 2];

/**
 * Brightness symmetry error, after FFHQ-UV (H. Bai et al., 2023): how much the blurred brightness of a flat map differs
 * from its mirror image. Light from one side leaves such a difference. It is the mean absolute difference over the
 * mask, divided by the mean brightness.
 * @param map encoded sRGB, mirrored about its vertical axis by the face's own symmetry, [U * U * 3]
 * @param mask 1 where it counts, symmetric, [U * U]
 * @returns 0 for a symmetric map; NaN under an empty mask
 */
export function brightnessSymmetryError(
  map: ArrayLike<number>,
  mask: ArrayLike<number>,
  uvSize: number,
): number {
  const radius = Math.max(1, Math.round(uvSize / 32));
  const blurred = (values: Float32Array) => {
    let result = values;
    for (let i = 0; i < 3; i++) result = boxBlur(result, uvSize, radius);
    return result;
  };
  const share = blurred(Float32Array.from(mask));
  const bright = blurred(Float32Array.from(mask, (inside, p) => inside * brightness(map, p)));
  let [difference, sum] = [0, 0];
  for (let p = 0; p < uvSize * uvSize; p++) {
    if (mask[p] === 0) continue;
    const mirrored = p - 2 * (p % uvSize) + uvSize - 1;
    const [here, there] = [p, mirrored].map((q) => bright[q] / Math.max(share[q], 1e-6));
    difference += Math.abs(here - there);
    sum += here;
  }
  return difference / sum;
}

/**
 * How much of the light's contrast is left in the albedo: the slope of `log (albedo / true albedo)` over `log shading`,
 * both of brightness, by least squares over the mask. It is 0 if no light is left, 1 if the albedo is the picture
 * itself, and negative if more light was taken out than there was.
 * @param albedo,truth,shading encoded values, [n * 3]
 * @param mask 1 where it counts, [n]
 * @returns NaN under an empty mask
 */
export function shadingLeakage(
  albedo: ArrayLike<number>,
  truth: ArrayLike<number>,
  shading: ArrayLike<number>,
  mask: ArrayLike<number>,
): number {
  const log = (map: ArrayLike<number>, p: number) => Math.log(Math.max(brightness(map, p), 0) + floor);
  const seen = Array.from({ length: mask.length }, (_, p) => p).filter((p) => mask[p] > 0.5);
  const residual = seen.map((p) => log(albedo, p) - log(truth, p));
  const light = seen.map((p) => log(shading, p));
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [meanResidual, meanLight] = [mean(residual), mean(light)];
  let [product, square] = [0, 0];
  light.forEach((value, i) => {
    product += (value - meanLight) * (residual[i] - meanResidual);
    square += (value - meanLight) ** 2;
  });
  return product / square;
}

/**
 * Individual typology angle of a map's mean colour, degrees: above 55 the lightest skin, below −30 the darkest.
 * @param map encoded sRGB, [n * 3]
 * @param mask 1 where it counts, [n]
 */
export function meanTypologyAngle(map: ArrayLike<number>, mask: ArrayLike<number>): number {
  return typologyAngle(labFromSrgb(meanColour(map, mask)));
}

/** @param map [n * 3] @param mask how much each counts, [n] */
export function meanColour(
  map: ArrayLike<number>,
  mask: ArrayLike<number>,
): [red: number, green: number, blue: number] {
  const sums: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let p = 0; p < mask.length; p++) {
    for (let c = 0; c < 3; c++) sums[c] += mask[p] * map[3 * p + c];
    count += mask[p];
  }
  return [sums[0] / count, sums[1] / count, sums[2] / count];
}

/**
 * How much the albedo that is found for one face changes from picture to picture; 0 if albedo and light are told apart.
 * It is the deviation at each texel that most pictures show, as a root mean square over texels and colours, encoded
 * sRGB. First each map is scaled to the common mean, because no picture tells how bright an albedo is.
 * @param maps of the same face, [U * U * 3]
 * @param seen for each map 1 where the picture shows a texel, [U * U]
 * @param skin texels that count, [U * U]
 */
export function albedoSpread(
  maps: readonly ArrayLike<number>[],
  seen: readonly ArrayLike<number>[],
  skin: ArrayLike<number>,
): number {
  const texels = Array.from({ length: skin.length }, (_, t) => t).filter(
    (t) => skin[t] === 1 && seen.filter((map) => map[t] === 1).length > maps.length / 2,
  );
  const average = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const means = maps.map((map, m) =>
    average(texels.flatMap((t) => (seen[m][t] === 1 ? [0, 1, 2].map((c) => map[3 * t + c]) : []))),
  );
  const common = average(means);
  const variances = texels.flatMap((t) =>
    [0, 1, 2].map((c) => {
      const values = maps.flatMap((map, m) =>
        seen[m][t] === 1 ? [(map[3 * t + c] * common) / means[m]] : [],
      );
      const mean = average(values);
      return average(values.map((value) => (value - mean) ** 2));
    }),
  );
  return Math.sqrt(average(variances));
}
