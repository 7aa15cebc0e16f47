/**
 * Albedo and light of a face whose shape is known: Eq. 3 is linear in either, so the two take turns in
 * regularised least squares over skin pixels. What one image cannot tell apart, the priors decide: light is
 * nearly white, albedo near the mean.
 */
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { multiplySparse, multiplySparseDense, sparseFromRows } from "../morphable-model/sparse-matrix.js";
import { bandCount, lightSize, shBasis, shFactors } from "../scene/spherical-harmonics.js";

/** Skin pixels with what the geometry says of them. */
export interface AppearanceInput {
  /** Encoded sRGB, row-major, [pixels * 3]. */
  readonly image: Float32Array;
  /** 1 where skin is seen, [pixels]. */
  readonly mask: Float32Array;
  /** Visible triangle, [pixels]. */
  readonly triangleId: Int32Array;
  /** [pixels * 3] */
  readonly barycentrics: Float32Array;
  /** Vertex normals in the world, [N * 3]. */
  readonly normals: Float32Array;
}

export interface AppearanceFit {
  readonly albedo: Float32Array;
  /** 27 numbers, colour-major. */
  readonly light: Float32Array;
}

export interface AppearanceOptions {
  /** How many pixels are used at most, evenly spread. */
  readonly pixels?: number;
  readonly rounds?: number;
  /** Expected difference between model and photo, in sRGB. */
  readonly noise?: number;
}

/** Spread of a light's coefficients by order 0, 1, 2 about a white ambient light, and between its colours. */
const lightPrior = { mean: 0.85, sigma: [0.2, 0.4, 0.3], greySigma: [0.02, 0.03, 0.03] };

export function fitAppearance(
  data: MorphableModelData,
  input: AppearanceInput,
  { pixels = 2500, rounds = 5, noise = 0.06 }: AppearanceOptions = {},
): AppearanceFit {
  const samples = samplePixels(data, input, pixels);
  const count = samples.colours.length / 3;
  const albedo = new Float32Array(data.albedoPrior.size);
  let light: Float32Array = new Float32Array(lightSize);
  let weights = new Float64Array(count).fill(1);
  for (let round = 0; round < rounds; round++) {
    const colours = albedoAt(samples, albedo);
    light = solveLight(samples, colours, weights, noise);
    const shading = shadingOf(samples, light);
    albedo.set(solveAlbedo(data, samples, shading, weights, noise));
    // Highlights and what the mask missed lie far off: they count ever less (Cauchy).
    const next = albedoAt(samples, albedo);
    weights = weights.map((_, p) => {
      const error = [0, 1, 2].reduce(
        (sum, c) => sum + (samples.colours[3 * p + c] - next[3 * p + c] * shading[3 * p + c]) ** 2,
        0,
      );
      return 1 / (1 + error / (2.5 * noise) ** 2);
    });
  }
  return { albedo, light };
}

interface Samples {
  /** [P * 3] */
  readonly colours: Float64Array;
  /** The nine SH functions at each pixel's normal, [P * 9]. */
  readonly bands: Float64Array;
  /** [P * 3] */
  readonly meanAlbedo: Float32Array;
  /** [80][P * 3] */
  readonly modes: readonly Float32Array[];
}

function samplePixels(data: MorphableModelData, input: AppearanceInput, most: number): Samples {
  const inside = Array.from(input.mask.keys()).filter((p) => input.mask[p] > 0.5 && input.triangleId[p] >= 0);
  if (inside.length < 100)
    throw new Error(`fitAppearance: expected at least 100 skin pixels but the mask has ${inside.length}.`);
  const step = Math.max(inside.length / most, 1);
  const chosen = Array.from(
    { length: Math.min(inside.length, most) },
    (_, i) => inside[Math.floor(i * step)],
  );
  const corners = chosen.map((p) =>
    [0, 1, 2].map((c): [number, number] => [
      data.triangles[3 * input.triangleId[p] + c],
      input.barycentrics[3 * p + c],
    ]),
  );
  const vertexRows = sparseFromRows(corners, data.uvs.length / 2);
  const rows = [...data.albedoSubdivision]
    .reverse()
    .reduce((product, m) => multiplySparse(product, m), vertexRows);
  const width = data.meanAlbedo.length;
  const bands = corners.flatMap((corner) => {
    const n = [0, 1, 2].map((k) => corner.reduce((sum, [v, w]) => sum + w * input.normals[3 * v + k], 0));
    const length = Math.hypot(...n) || 1;
    return [...shBasis(n[0] / length, n[1] / length, n[2] / length)];
  });
  return {
    colours: Float64Array.from(chosen.flatMap((p) => [0, 1, 2].map((c) => input.image[3 * p + c]))),
    bands: Float64Array.from(bands),
    meanAlbedo: multiplySparseDense(rows, data.meanAlbedo, 3),
    modes: Array.from({ length: data.albedoPrior.size }, (_, m) =>
      multiplySparseDense(rows, data.albedoModes.subarray(m * width, (m + 1) * width), 3),
    ),
  };
}

function albedoAt({ meanAlbedo, modes }: Samples, coefficients: Float32Array): Float64Array {
  const out = Float64Array.from(meanAlbedo);
  modes.forEach((mode, m) => {
    for (let i = 0; i < out.length; i++) out[i] += coefficients[m] * mode[i];
  });
  return out;
}

function shadingOf({ bands }: Samples, light: Float32Array): Float64Array {
  const out = new Float64Array((bands.length / bandCount) * 3);
  for (let i = 0; i < out.length; i++) {
    const [from, c] = [Math.floor(i / 3) * bandCount, (i % 3) * bandCount];
    for (let b = 0; b < bandCount; b++) out[i] += bands[from + b] * light[c + b];
  }
  return out;
}

function solveLight(
  samples: Samples,
  albedo: Float64Array,
  weights: Float64Array,
  noise: number,
): Float32Array {
  const normal = Matrix.zeros(lightSize, lightSize);
  const right = Matrix.zeros(lightSize, 1);
  const order = (b: number) => (b === 0 ? 0 : b < 4 ? 1 : 2);
  for (let b = 0; b < bandCount; b++) {
    const own = 1 / lightPrior.sigma[order(b)] ** 2;
    const grey = 1 / lightPrior.greySigma[order(b)] ** 2;
    for (let c = 0; c < 3; c++) {
      const i = c * bandCount + b;
      // The prior on the distance of a colour from the mean of the three: I − 1/3.
      for (let d = 0; d < 3; d++) normal.set(i, d * bandCount + b, grey * ((c === d ? 1 : 0) - 1 / 3));
      normal.set(i, i, normal.get(i, i) + own);
      right.set(i, 0, b === 0 ? (own * lightPrior.mean) / shFactors.one : 0);
    }
  }
  const precision = 1 / noise ** 2;
  for (let p = 0; p < weights.length; p++) {
    for (let c = 0; c < 3; c++) {
      const a = albedo[3 * p + c];
      const scale = weights[p] * precision * a;
      for (let i = 0; i < bandCount; i++) {
        const row = c * bandCount + i;
        const value = scale * samples.bands[p * bandCount + i];
        right.set(row, 0, right.get(row, 0) + value * samples.colours[3 * p + c]);
        for (let j = 0; j <= i; j++) {
          const column = c * bandCount + j;
          const sum = normal.get(row, column) + value * a * samples.bands[p * bandCount + j];
          normal.set(row, column, sum);
          normal.set(column, row, sum);
        }
      }
    }
  }
  return Float32Array.from(new CholeskyDecomposition(normal).solve(right).to1DArray());
}

function solveAlbedo(
  data: MorphableModelData,
  samples: Samples,
  shading: Float64Array,
  weights: Float64Array,
  noise: number,
): Float32Array {
  const size = data.albedoPrior.size;
  const { sigma, lower, upper } = data.albedoPrior;
  const count = samples.colours.length;
  // Rows scaled by shading and weight once, so that the products below are plain dot products.
  const scale = new Float64Array(count);
  for (let i = 0; i < count; i++) scale[i] = Math.sqrt(weights[Math.floor(i / 3)]) / noise;
  const lit = samples.modes.map((mode) => {
    const row = new Float64Array(count);
    for (let i = 0; i < count; i++) row[i] = mode[i] * shading[i] * scale[i];
    return row;
  });
  const rest = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    rest[i] = (samples.colours[i] - samples.meanAlbedo[i] * shading[i]) * scale[i];
  }
  const normal = Matrix.zeros(size, size);
  const right = Matrix.zeros(size, 1);
  for (let a = 0; a < size; a++) {
    right.set(a, 0, dot(lit[a], rest));
    for (let b = 0; b <= a; b++) {
      const value = dot(lit[a], lit[b]) + (a === b ? 1 / sigma[a] ** 2 : 0);
      normal.set(a, b, value);
      normal.set(b, a, value);
    }
  }
  return solveWithin(normal, right, lower, upper);
}

/** Least squares within bounds: what leaves them is held there, and the others are solved again. */
function solveWithin(normal: Matrix, right: Matrix, lower: Float32Array, upper: Float32Array): Float32Array {
  const [held, goal] = [normal.clone(), right.clone()];
  for (let attempt = 0; ; attempt++) {
    const solution = new CholeskyDecomposition(held).solve(goal).to1DArray();
    const clamped = solution.map((value, m) => Math.min(Math.max(value, lower[m]), upper[m]));
    const outside = clamped.flatMap((value, m) => (Math.abs(value - solution[m]) > 1e-9 ? [m] : []));
    if (outside.length === 0 || attempt === 5) return Float32Array.from(clamped);
    for (const m of outside) {
      for (let k = 0; k < lower.length; k++) {
        if (k === m) continue;
        goal.set(k, 0, goal.get(k, 0) - held.get(k, m) * clamped[m]);
        held.set(k, m, 0);
        held.set(m, k, 0);
      }
      goal.set(m, 0, held.get(m, m) * clamped[m]);
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
