/**
 * What a picture and its 68 points say about all coefficients of a face, as a least-squares problem in plain numbers
 * (V. Blanz and T. Vetter, 1999): at points of the skin, the model's colour `A(Θ_A) S(n, L)` (Eq. 1 and 3) less the
 * picture's where the point falls. Everything has its derivative: colour, light, the turning of normals, and the slope of
 * the picture under a point that moves. Which points are seen is settled beforehand.
 */
import type { RgbImage } from "../../base/image/rgb-image.js";
import type { Camera } from "../../graphics/scene/camera.js";
import type { Matrix } from "../../graphics/scene/light.js";
import type { GaussianLight } from "../../graphics/scene/light-prior.js";
import { rotationMatrix } from "../../graphics/scene/pose.js";
import { bandCount, lightSize, shFactors } from "../../graphics/scene/spherical-harmonics.js";
import { pixelX, pixelY } from "../../graphics/scene/viewport.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import type { LeastSquaresProblem, NormalEquations } from "./gauss-newton.js";
import { type LandmarkProblem, poseCount, rotationDerivative } from "./landmark-problem.js";
import { blockRows, normalMatrix } from "./normal-matrix.js";
import { readPicture } from "./picture-pyramid.js";
import type { SurfaceSamples } from "./surface-samples.js";

export interface PhotometricNoise {
  /** Expected difference between model and picture, encoded sRGB. */
  readonly noise: number;
  /** Difference, in `noise`, from which a point counts ever less (Cauchy): highlights, and what the mask missed. */
  readonly robustness: number;
  /** How much harder than by its prior identity is held. */
  readonly identityPrecision: number;
}

export interface PhotometricInput extends PhotometricNoise {
  /** A picture of any size of the aligned face. */
  readonly image: RgbImage;
  readonly camera: Camera;
  readonly samples: SurfaceSamples;
  /** How much each sample counts: 0 where it is not seen, [P]. */
  readonly weights: Float64Array;
  readonly landmarks: LandmarkProblem;
  readonly lightPrior: GaussianLight;
}

/** Where the parts of the parameters begin: appearance first, so that it can be fitted to a face that stands still. */
export const poseStart = (data: MorphableModelData) => lightSize + data.albedoPrior.size;

/** The parts in the order of the parameters. */
export const photometricOrder = [
  "light",
  "albedo",
  "angles",
  "translation",
  "identity",
  "expression",
] as const;

export function photometricParameters(face: Coefficients): Float64Array {
  return Float64Array.from(photometricOrder.flatMap((name) => Array.from(face[name])));
}

export function photometricCoefficients(data: MorphableModelData, p: Float64Array): Coefficients {
  const pose = poseStart(data);
  const shape = pose + poseCount;
  const expression = shape + data.identityPrior.size;
  const part = (from: number, to: number) => Float32Array.from(p.subarray(from, to));
  return {
    light: part(0, lightSize),
    albedo: part(lightSize, pose),
    angles: part(pose, pose + 3),
    translation: part(pose + 3, shape),
    identity: part(shape, expression),
    expression: part(expression, p.length),
  };
}

export interface PhotometricProblem extends LeastSquaresProblem {
  /** Root mean square difference from the picture over samples, by their weights; encoded sRGB. */
  residual(parameters: Float64Array): number;
}

export function photometricProblem(data: MorphableModelData, input: PhotometricInput): PhotometricProblem {
  const { landmarks, lightPrior } = input;
  const pose = poseStart(data);
  const seen = seenColours(input, pose);
  return {
    ...priorsOf(data, input),
    residual: seen.residual,
    prepare: (p) => landmarks.prepare(p.subarray(pose)),
    cost: (p) => seen.cost(p) + landmarks.cost(p.subarray(pose)) + lightCost(lightPrior, p),
    normalEquations(p, active) {
      const equations = seen.normalEquations(p, active);
      addLightPrior(equations, lightPrior, p);
      if (active > pose)
        addBlock(equations, landmarks.normalEquations(p.subarray(pose), active - pose), pose);
      return equations;
    },
  };
}

function priorsOf({ albedoPrior, identityPrior }: MorphableModelData, input: PhotometricInput) {
  const { landmarks, identityPrecision } = input;
  const collect = (light: number, albedo: Iterable<number>, shape: Float64Array) =>
    Float64Array.from([...new Array(lightSize).fill(light), ...albedo, ...shape]);
  const isIdentity = (i: number) => i >= poseCount && i < poseCount + identityPrior.size;
  const precision = landmarks.precision.map((v, i) => (isIdentity(i) ? identityPrecision * v : v));
  const albedo = albedoPrior.sigma.map((sigma) => 1 / sigma ** 2);
  return {
    mean: new Float64Array(lightSize + albedo.length + precision.length),
    precision: collect(0, albedo, precision),
    rate: collect(
      0,
      albedo.map(() => 0),
      landmarks.rate,
    ),
    lower: collect(Number.NEGATIVE_INFINITY, albedoPrior.lower, landmarks.lower),
    upper: collect(Number.POSITIVE_INFINITY, albedoPrior.upper, landmarks.upper),
  };
}

function lightCost({ mean, precision }: GaussianLight, p: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < lightSize; i++) {
    for (let j = 0; j < lightSize; j++) {
      sum += precision[i * lightSize + j] * (p[i] - mean[i]) * (p[j] - mean[j]);
    }
  }
  return sum;
}

function addLightPrior(
  { normal, right }: NormalEquations,
  { mean, precision }: GaussianLight,
  p: Float64Array,
): void {
  for (let i = 0; i < lightSize; i++) {
    for (let j = 0; j < lightSize; j++) {
      if (j <= i) normal[i * right.length + j] += precision[i * lightSize + j];
      right[i] -= precision[i * lightSize + j] * (p[j] - mean[j]);
    }
  }
}

function addBlock({ normal, right }: NormalEquations, block: NormalEquations, first: number): void {
  const [n, m] = [right.length, block.right.length];
  for (let a = 0; a < m; a++) {
    right[first + a] += block.right[a];
    for (let b = 0; b <= a; b++) normal[(first + a) * n + first + b] += block.normal[a * m + b];
  }
}

/** Numbers kept of each sample: see `evaluate`. */
const kept = 31;

function seenColours(input: PhotometricInput, pose: number) {
  const { image, camera, samples, weights, noise, robustness } = input;
  const { shapes, albedos, heap, scratch } = samples;
  const { numbers, loops } = heap;
  const at = scratch / 4;
  const seen = Int32Array.from(Array.from(weights.keys()).filter((s) => weights[s] > 0));
  const state = new Float64Array(seen.length * kept);
  const errors = new Float64Array(seen.length);
  const pixels = camera.focal * (image.width / camera.referenceSize);
  const tau2 = robustness ** 2;
  let last: Float64Array | undefined;

  /** Fills `state` and `errors`. */
  function evaluate(p: Float64Array): void {
    if (last === p) return;
    last = p;
    numbers.set(p.subarray(lightSize, pose), samples.albedoCoefficients / 4);
    numbers.set(p.subarray(pose + poseCount), samples.shapeCoefficients / 4);
    const [[r00, r01, r02], [r10, r11, r12], [r20, r21, r22]] = rotationMatrix([
      p[pose],
      p[pose + 1],
      p[pose + 2],
    ]);
    const read = new Float64Array(9);
    const phi = new Float64Array(bandCount);
    for (let i = 0, o = 0; i < seen.length; i++, o += kept) {
      const s = seen[i];
      loops.dots(samples.shapeModes + 36 * s * shapes, 9, shapes, samples.shapeCoefficients, scratch);
      loops.dots(
        samples.albedoModes + 12 * s * albedos,
        3,
        albedos,
        samples.albedoCoefficients,
        scratch + 48,
      );
      // In the model frame: position, tangents a and b, and a × b.
      for (let k = 0; k < 9; k++) state[o + k] = samples.meanShape[9 * s + k] + numbers[at + k];
      const ax = state[o + 3];
      const ay = state[o + 4];
      const az = state[o + 5];
      const bx = state[o + 6];
      const by = state[o + 7];
      const bz = state[o + 8];
      const cx = ay * bz - az * by;
      const cy = az * bx - ax * bz;
      const cz = ax * by - ay * bx;
      const length = Math.sqrt(cx * cx + cy * cy + cz * cz) || 1;
      const nx = (r00 * cx + r01 * cy + r02 * cz) / length;
      const ny = (r10 * cx + r11 * cy + r12 * cz) / length;
      const nz = (r20 * cx + r21 * cy + r22 * cz) / length;
      const x = r00 * state[o] + r01 * state[o + 1] + r02 * state[o + 2] + p[pose + 3];
      const y = r10 * state[o] + r11 * state[o + 1] + r12 * state[o + 2] + p[pose + 4];
      const z = r20 * state[o] + r21 * state[o + 1] + r22 * state[o + 2] + p[pose + 5];
      const perUnit = pixels / (camera.distance - z);
      const across = pixelX((2 * perUnit * x) / image.width, image.width);
      readPicture(image, across, pixelY((2 * perUnit * y) / image.height, image.height), read);
      writeBands(phi, nx, ny, nz);
      state[o + 9] = length;
      state[o + 10] = nx;
      state[o + 11] = ny;
      state[o + 12] = nz;
      state[o + 13] = x;
      state[o + 14] = y;
      state[o + 15] = camera.distance - z;
      let error = 0;
      for (let c = 0; c < 3; c++) {
        let shading = 0;
        for (let b = 0; b < bandCount; b++) shading += phi[b] * p[c * bandCount + b];
        const albedo = samples.meanAlbedo[3 * s + c] + numbers[at + 12 + c];
        const residual = albedo * shading - read[c];
        error += residual * residual;
        state[o + 16 + c] = residual;
        state[o + 19 + c] = shading;
        state[o + 22 + c] = albedo;
        // The picture's slope by world x and y.
        state[o + 25 + c] = read[3 + c] * perUnit;
        state[o + 28 + c] = -read[6 + c] * perUnit; // pixels have y down
      }
      errors[i] = error / noise ** 2;
    }
  }

  return {
    cost(p: Float64Array): number {
      evaluate(p);
      let sum = 0;
      for (let i = 0; i < seen.length; i++) sum += weights[seen[i]] * tau2 * Math.log1p(errors[i] / tau2);
      return sum;
    },

    residual(p: Float64Array): number {
      evaluate(p);
      let [sum, all] = [0, 0];
      for (let i = 0; i < seen.length; i++) {
        sum += weights[seen[i]] * errors[i];
        all += weights[seen[i]];
      }
      return noise * Math.sqrt(sum / (3 * all));
    },

    normalEquations(p: Float64Array, active: number): NormalEquations {
      evaluate(p);
      const matrix = normalMatrix(active, heap, samples.block);
      matrix.clear();
      const { stride } = matrix;
      const rotation = rotationMatrix([p[pose], p[pose + 1], p[pose + 2]]);
      const turns = [0, 1, 2].map((axis) => rotationDerivative(p.subarray(pose), axis));
      const phi = new Float64Array(bandCount);
      const slope = new Float64Array(3);
      let filled = 0;
      for (let i = 0, o = 0; i < seen.length; i++, o += kept) {
        const s = seen[i];
        const weight = Math.sqrt(weights[s] / (1 + errors[i] / tau2)) / noise;
        const row = matrix.first + filled * stride;
        writeBands(phi, state[o + 10], state[o + 11], state[o + 12]);
        for (let c = 0; c < 3; c++) {
          const albedo = weight * state[o + 22 + c];
          const to = row + c * stride;
          // Of the light only the row's own colour: the others stay 0.
          for (let b = 0; b < bandCount; b++) numbers[to + c * bandCount + b] = albedo * phi[b];
          numbers[to + active] = weight * state[o + 16 + c];
          numbers[at + c] = weight * state[o + 19 + c];
        }
        loops.scale(samples.albedoModes + 12 * s * albedos, albedos, scratch, 4 * (row + lightSize), stride);
        if (active > pose) {
          for (let c = 0; c < 3; c++) {
            writeShadingSlope(slope, p, c * bandCount, state, o + 10, weight * state[o + 22 + c]);
            writePoseColumns(
              state,
              o,
              c,
              weight,
              slope,
              rotation,
              turns,
              numbers,
              row + c * stride + pose,
              at + 9 * c,
            );
          }
          loops.mix(
            samples.shapeModes + 36 * s * shapes,
            shapes,
            scratch,
            4 * (row + pose + poseCount),
            stride,
          );
        }
        filled += 3;
        if (filled === blockRows) {
          matrix.add(filled);
          filled = 0;
        }
      }
      matrix.add(filled);
      return matrix.equations();
    },
  };
}

/**
 * How a colour's residual moves with angles and translation, to `to`, and with the sample's position and tangents in the
 * model frame, nine numbers to `factors`: the picture slides under the point, and the point turns in the light.
 * @param state of the sample, from `o`
 * @param slope derivative of the shading by the normal in the world, weighted
 */
function writePoseColumns(
  state: Float64Array,
  o: number,
  c: number,
  weight: number,
  slope: Float64Array,
  [[r00, r01, r02], [r10, r11, r12], [r20, r21, r22]]: Matrix,
  turns: readonly Matrix[],
  out: Float32Array,
  to: number,
  factors: number,
): void {
  const gx = -weight * state[o + 25 + c];
  const gy = -weight * state[o + 28 + c];
  const gz = (gx * state[o + 13] + gy * state[o + 14]) / state[o + 15];
  const hx = slope[0];
  const hy = slope[1];
  const hz = slope[2];
  const length = state[o + 9];
  // The normal in the model frame.
  const ax = state[o + 3];
  const ay = state[o + 4];
  const az = state[o + 5];
  const bx = state[o + 6];
  const by = state[o + 7];
  const bz = state[o + 8];
  const nx = (ay * bz - az * by) / length;
  const ny = (az * bx - ax * bz) / length;
  const nz = (ax * by - ay * bx) / length;
  for (let axis = 0; axis < 3; axis++) {
    const turn = turns[axis];
    let sum = 0;
    for (let k = 0; k < 3; k++) {
      const g = k === 0 ? gx : k === 1 ? gy : gz;
      const row = turn[k];
      sum += g * (row[0] * state[o] + row[1] * state[o + 1] + row[2] * state[o + 2]);
      sum += slope[k] * (row[0] * nx + row[1] * ny + row[2] * nz);
    }
    out[to + axis] = sum;
  }
  out[to + 3] = gx;
  out[to + 4] = gy;
  out[to + 5] = gz;
  // Back into the model frame: Rᵀ.
  const qx = r00 * hx + r10 * hy + r20 * hz;
  const qy = r01 * hx + r11 * hy + r21 * hz;
  const qz = r02 * hx + r12 * hy + r22 * hz;
  const along = qx * nx + qy * ny + qz * nz;
  const ux = (qx - along * nx) / length;
  const uy = (qy - along * ny) / length;
  const uz = (qz - along * nz) / length;
  out[factors] = r00 * gx + r10 * gy + r20 * gz;
  out[factors + 1] = r01 * gx + r11 * gy + r21 * gz;
  out[factors + 2] = r02 * gx + r12 * gy + r22 * gz;
  // From n = a × b / |a × b| and a slope u to it: b × u to a, u × a to b.
  out[factors + 3] = by * uz - bz * uy;
  out[factors + 4] = bz * ux - bx * uz;
  out[factors + 5] = bx * uy - by * ux;
  out[factors + 6] = uy * az - uz * ay;
  out[factors + 7] = uz * ax - ux * az;
  out[factors + 8] = ux * ay - uy * ax;
}

const { one, linear, mixed, polar, equatorial } = shFactors;

/** `shBasis`, without a new array. */
function writeBands(out: Float64Array, x: number, y: number, z: number): void {
  out[0] = one;
  out[1] = linear * y;
  out[2] = linear * z;
  out[3] = linear * x;
  out[4] = mixed * x * y;
  out[5] = mixed * y * z;
  out[6] = polar * (3 * z * z - 1);
  out[7] = mixed * x * z;
  out[8] = equatorial * (x * x - y * y);
}

/** The derivative of `Σ_b light[b] Φ_b(n)` by n, times `scale`. */
function writeShadingSlope(
  out: Float64Array,
  p: Float64Array,
  first: number,
  normal: Float64Array,
  o: number,
  scale: number,
): void {
  const x = normal[o];
  const y = normal[o + 1];
  const z = normal[o + 2];
  const xy = mixed * p[first + 4];
  const yz = mixed * p[first + 5];
  const xz = mixed * p[first + 7];
  const even = 2 * equatorial * p[first + 8];
  out[0] = scale * (linear * p[first + 3] + xy * y + xz * z + even * x);
  out[1] = scale * (linear * p[first + 1] + xy * x + yz * z - even * y);
  out[2] = scale * (linear * p[first + 2] + yz * y + xz * x + 6 * polar * p[first + 6] * z);
}
