/**
 * All coefficients of a face from a picture and its 68 points, as a least-squares problem in plain numbers (V. Blanz
 * and T. Vetter, 1999). At points of the skin the residual is the model's colour `A(Θ_A) S(n, L)` (Eq. 1 and 3) less
 * the picture's colour where the point falls. The derivatives know that colour and light change, that normals turn, and
 * that a point moves over the picture. Which points are seen is decided beforehand.
 */
import type { GaussianLight } from "../../graphics/scene/light-prior.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import type { LeastSquaresProblem, NormalEquations } from "./gauss-newton.js";
import { type LandmarkProblem, poseCount } from "./landmark-problem.js";
import { type SeenColoursInput, seenColours } from "./seen-colours.js";

export interface PhotometricNoise extends Pick<SeenColoursInput, "noise" | "robustness"> {
  /** How much harder identity is held than by its prior alone. */
  readonly identityPrecision: number;
}

export interface PhotometricInput extends SeenColoursInput, PhotometricNoise {
  readonly landmarks: LandmarkProblem;
  readonly lightPrior: GaussianLight;
}

/** Where the pose begins among the parameters. Light and albedo stand before it, so that they can be fitted alone. */
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
