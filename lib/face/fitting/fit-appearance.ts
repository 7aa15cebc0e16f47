/**
 * Albedo and light of a face whose shape is known, by regularised least squares over skin pixels. Where one image cannot
 * tell the two apart, the priors decide: light is nearly white, albedo near the mean.
 *
 * Eq. 3 is linear in either, but the two must move at once. If they take turns, the light that is found first takes all
 * the brightness and colour of the skin, and every skin comes out fair (red of a dark skin .60, at once .30). At once, a
 * bright light on dark skin explains too much, so the mean shading has a prior of its own: with it the mean error of the
 * skin's typology angle is 10°, without a prior of the light 28°. The tables are in `results/decisions/albedo-and-light.md`.
 */

import {
  multiplySparse,
  multiplySparseDense,
  type SparseMatrix,
  sparseFromRows,
} from "../../base/tensor/sparse-matrix.js";
import { type GaussianLight, seenBrightness } from "../../graphics/scene/light-prior.js";
import {
  bandCount,
  bandOrder,
  lightSize,
  shBasis,
  shFactors,
} from "../../graphics/scene/spherical-harmonics.js";
import { usualShading } from "../models/exposure.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { solvePositiveDefinite } from "./cholesky.js";
import { blockRows, type NormalMatrix, normalMatrix, normalMatrixSize } from "./normal-matrix.js";
import { type SampleHeap, sampleHeap } from "./sample-loops.js";

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
  /**
   * Expected difference between model and photo, in sRGB; 0.12 by default. The real difference is about 0.06, but
   * neighbouring pixels err together, so they count as fewer. With 0.06 fits went to the bounds of the pigments for 0.1
   * dB: a fair face came out brown under blue light.
   */
  readonly noise?: number;
  /** What is known of the light beforehand. By default it is nearly white and has a mean shading near 0.75. */
  readonly lightPrior?: GaussianLight;
}

/**
 * The white prior: the mean shading, and four spreads. `sigma` and `greySigma` have a value for each order 0, 1, 2: how
 * far the light is from a white ambient light, and how far its colours are from each other. `seenSigma` is the spread
 * of the mean shading that the viewer sees.
 */
const whitePrior = {
  mean: usualShading,
  sigma: [0.2, 0.4, 0.3],
  greySigma: [0.06, 0.04, 0.03],
  seenSigma: 0.04,
};

/** A mask has too few pixels of skin to fit an albedo and a light to. */
export class TooLittleSkinError extends Error {
  override readonly name = "TooLittleSkinError";
}

/** @throws TooLittleSkinError below 100 pixels of skin */
export function fitAppearance(
  data: MorphableModelData,
  input: AppearanceInput,
  { pixels = 2500, rounds = 5, noise = 0.12, lightPrior = whiteLight() }: AppearanceOptions = {},
): AppearanceFit {
  const samples = samplePixels(data, input, pixels);
  const heap = heapFor(data.albedoPrior.size + lightSize);
  const count = samples.colours.length / 3;
  let albedo: Float32Array = new Float32Array(data.albedoPrior.size);
  let light: Float32Array = Float32Array.from(lightPrior.mean);
  let [colours, shading] = [albedoAt(samples, albedo), shadingOf(samples, light)];
  const weights = new Float64Array(count).fill(1);
  for (let round = 0; round < rounds; round++) {
    const last = { colours, shading, weights };
    ({ albedo, light } = solveBoth(data, samples, last, { lightPrior, noise, heap }));
    [colours, shading] = [albedoAt(samples, albedo), shadingOf(samples, light)];
    // Highlights and what the mask missed lie far off: they count ever less (Cauchy).
    for (let p = 0; p < count; p++) {
      let error = 0;
      for (let i = 3 * p; i < 3 * p + 3; i++) error += (samples.colours[i] - colours[i] * shading[i]) ** 2;
      weights[p] = 1 / (1 + error / (2.5 * noise) ** 2);
    }
  }
  return { albedo, light };
}

/** The heaps are kept, because a memory for the compiled loops takes long to allocate. */
const heaps = new Map<number, SampleHeap>();

function heapFor(columns: number): SampleHeap {
  const heap = heaps.get(columns) ?? sampleHeap(normalMatrixSize(columns));
  heaps.set(columns, heap);
  return heap;
}

interface Samples {
  /** [P * 3] */
  readonly colours: Float64Array;
  /** The nine SH functions at each pixel's normal, [P * 9]. */
  readonly bands: Float64Array;
  /** [P * 3] */
  readonly meanAlbedo: Float32Array;
  /** [P * 3, 80] */
  readonly modes: Float32Array;
}

function samplePixels(data: MorphableModelData, input: AppearanceInput, most: number): Samples {
  const inside = new Int32Array(input.mask.length);
  let count = 0;
  for (let p = 0; p < inside.length; p++) {
    if (input.mask[p] > 0.5 && input.triangleId[p] >= 0) inside[count++] = p;
  }
  if (count < 100)
    throw new TooLittleSkinError(
      `fitAppearance: expected at least 100 skin pixels but the mask has ${count}.`,
    );
  const step = Math.max(count / most, 1);
  const chosen = Int32Array.from({ length: Math.min(count, most) }, (_, i) => inside[Math.floor(i * step)]);
  const corners = Array.from(chosen, (p) =>
    [0, 1, 2].map((c): [number, number] => [
      data.triangles[3 * input.triangleId[p] + c],
      input.barycentrics[3 * p + c],
    ]),
  );
  const rows = [...data.albedoSubdivision]
    .reverse()
    .reduce((product, m) => multiplySparse(product, m), sparseFromRows(corners, data.uvs.length / 2));
  return {
    colours: coloursAt(input.image, chosen),
    bands: bandsAt(input, corners),
    meanAlbedo: multiplySparseDense(rows, data.meanAlbedo, 3),
    modes: modesAt(rows, data),
  };
}

function coloursAt(image: Float32Array, chosen: Int32Array): Float64Array {
  const colours = new Float64Array(3 * chosen.length);
  chosen.forEach((p, i) => {
    colours.set(image.subarray(3 * p, 3 * p + 3), 3 * i);
  });
  return colours;
}

/** The albedo's modes at the pixels. The modes of one number stand side by side. */
function modesAt(
  rows: SparseMatrix,
  { albedoModes, albedoPrior, meanAlbedo }: MorphableModelData,
): Float32Array {
  const { size } = albedoPrior;
  const width = meanAlbedo.length;
  const modes = new Float32Array(3 * rows.rows * size);
  for (let m = 0; m < size; m++) {
    const mode = multiplySparseDense(rows, albedoModes.subarray(m * width, (m + 1) * width), 3);
    for (let i = 0, to = m; i < mode.length; i++, to += size) modes[to] = mode[i];
  }
  return modes;
}

function bandsAt(
  { normals }: AppearanceInput,
  corners: readonly (readonly [number, number][])[],
): Float64Array {
  const bands = new Float64Array(corners.length * bandCount);
  corners.forEach((corner, i) => {
    let [x, y, z] = [0, 0, 0];
    for (const [v, weight] of corner) {
      x += weight * normals[3 * v];
      y += weight * normals[3 * v + 1];
      z += weight * normals[3 * v + 2];
    }
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    bands.set(shBasis(x / length, y / length, z / length), i * bandCount);
  });
  return bands;
}

function albedoAt({ meanAlbedo, modes }: Samples, coefficients: Float32Array): Float64Array {
  const size = coefficients.length;
  const out = new Float64Array(meanAlbedo.length);
  for (let i = 0; i < out.length; i++) {
    let sum = meanAlbedo[i];
    for (let m = 0, from = i * size; m < size; m++) sum += coefficients[m] * modes[from + m];
    out[i] = sum;
  }
  return out;
}

function shadingOf({ bands }: Samples, light: Float32Array): Float64Array {
  const out = new Float64Array((bands.length / bandCount) * 3);
  for (let i = 0; i < out.length; i++) {
    const from = Math.floor(i / 3) * bandCount;
    const c = (i % 3) * bandCount;
    for (let b = 0; b < bandCount; b++) out[i] += bands[from + b] * light[c + b];
  }
  return out;
}

/** The prior of `whitePrior`: each band's mean over the colours, each colour's distance from that, and the mean shading. */
function whiteLight(): GaussianLight {
  const mean = new Float64Array(lightSize);
  const precision = new Float64Array(lightSize * lightSize);
  for (let i = 0; i < lightSize; i++) {
    const b = i % bandCount;
    const own = 1 / whitePrior.sigma[bandOrder[b]] ** 2;
    const grey = 1 / whitePrior.greySigma[bandOrder[b]] ** 2;
    if (b === 0) mean[i] = whitePrior.mean / shFactors.one;
    // The distance of a colour from the mean of the three is I − 1/3.
    for (let j = b; j < lightSize; j += bandCount) {
      precision[i * lightSize + j] = grey * ((i === j ? 1 : 0) - 1 / 3) + (i === j ? own : 0);
    }
  }
  // The mean shading is linear in the light: what each number gives to it.
  const seen = Array.from({ length: lightSize }, (_, i) =>
    seenBrightness(Array.from({ length: lightSize }, (_, j) => Number(i === j))),
  );
  for (const [i, own] of seen.entries()) {
    for (const [j, other] of seen.entries()) {
      precision[i * lightSize + j] += (own * other) / whitePrior.seenSigma ** 2;
    }
  }
  return { mean, precision };
}

export const lightOfPhotos = whiteLight();

/** Albedo and shading as they were found last, [P * 3], and how much each pixel counts, [P]. */
interface AppearanceState {
  readonly colours: Float64Array;
  readonly shading: Float64Array;
  readonly weights: Float64Array;
}

interface AppearanceStep {
  readonly lightPrior: GaussianLight;
  readonly noise: number;
  readonly heap: SampleHeap;
}

/** One step of Gauss and Newton: about the last albedo A₀ and shading S₀, A S ≈ A S₀ + A₀ S − A₀ S₀. */
function solveBoth(
  data: MorphableModelData,
  samples: Samples,
  { colours, shading, weights }: AppearanceState,
  { lightPrior, noise, heap }: AppearanceStep,
): AppearanceFit {
  const { size, sigma, lower, upper } = data.albedoPrior;
  const matrix = normalMatrix(size + lightSize, heap, 0);
  matrix.clear();
  const { stride, first } = matrix;
  const count = samples.colours.length;
  for (let i = 0, filled = 0; i < count; i++) {
    const scale = Math.sqrt(weights[Math.floor(i / 3)]) / noise;
    const row = first + filled * stride;
    const lit = scale * shading[i];
    for (let m = 0, from = i * size; m < size; m++) heap.numbers[row + m] = lit * samples.modes[from + m];
    // A row has one colour, so only that colour's bands of the light; the other two stay 0 in the block.
    const to = row + size + (i % 3) * bandCount;
    const from = Math.floor(i / 3) * bandCount;
    for (let b = 0; b < bandCount; b++) heap.numbers[to + b] = scale * colours[i] * samples.bands[from + b];
    heap.numbers[row + size + lightSize] =
      -scale * (samples.colours[i] + (colours[i] - samples.meanAlbedo[i]) * shading[i]);
    filled = addWhenFull(matrix, filled + 1, i === count - 1);
  }
  const { normal, right } = matrix.equations();
  const all = size + lightSize;
  for (let a = 0; a < size; a++) normal[a * all + a] += 1 / sigma[a] ** 2;
  for (let k = 0; k < lightSize; k++) {
    for (let j = 0; j < lightSize; j++) {
      const precision = lightPrior.precision[k * lightSize + j];
      if (j <= k) normal[(size + k) * all + size + j] += precision;
      right[size + k] += precision * lightPrior.mean[j];
    }
  }
  const free = (value: number) => new Float32Array(lightSize).fill(value);
  const solution = solveWithin(
    normal,
    right,
    Float32Array.of(...lower, ...free(-Infinity)),
    Float32Array.of(...upper, ...free(Infinity)),
  );
  return { albedo: solution.slice(0, size), light: solution.slice(size) };
}

/** @returns how many rows now wait in the block */
function addWhenFull(matrix: NormalMatrix, filled: number, last: boolean): number {
  if (filled < blockRows && !last) return filled;
  matrix.add(filled);
  return 0;
}

/** Least squares within bounds: a number that leaves its bounds is held there, and the others are solved again. */
function solveWithin(
  normal: Float64Array,
  right: Float64Array,
  lower: Float32Array,
  upper: Float32Array,
): Float32Array {
  const n = right.length;
  const held = normal.slice();
  const goal = right.slice();
  const at = (k: number, m: number) => (k > m ? k * n + m : m * n + k);
  for (let attempt = 0; ; attempt++) {
    const solution = solvePositiveDefinite(held.slice(), goal.slice());
    const clamped = solution.map((value, m) => Math.min(Math.max(value, lower[m]), upper[m]));
    const outside = Array.from(clamped.keys()).filter((m) => Math.abs(clamped[m] - solution[m]) > 1e-9);
    if (outside.length === 0 || attempt === 5) return Float32Array.from(clamped);
    for (const m of outside) {
      for (let k = 0; k < n; k++) {
        if (k === m) continue;
        goal[k] -= held[at(k, m)] * clamped[m];
        held[at(k, m)] = 0;
      }
      goal[m] = held[at(m, m)] * clamped[m];
    }
  }
}
