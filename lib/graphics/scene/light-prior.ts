/**
 * The prior of the light on a face: statistics of lights from real surroundings (see `baked-lights.ts`), as one
 * normal distribution over the 27 numbers.
 *
 * It is made of 18 environment maps in 72 turns, tipped a little, mirrored, alone or mixed in pairs. Each light is
 * white balanced at least by half, as a camera does it, and scaled to a mean shading of 1. So the prior says how
 * light falls, not how bright it is: brightness is a factor of its own, the camera's exposure.
 */
import { createRandom, type Random } from "../../base/tensor/random.js";
import { bakedStatistics } from "./baked-lights.js";
import { type Light, shadingAt, type Vector } from "./light.js";
import { bandCount, bandOrder, lambertFactors, lightSize, shBasis } from "./spherical-harmonics.js";

/** `linear`: for albedo and picture in linear light. `srgb`: for the paper's shading of encoded values. */
export type LightColour = "linear" | "srgb";

/** A normal distribution over lights, by its principal components. */
export interface LightStatistics {
  /** The mean light, [27], whose mean shading over all normals and the three colours is 1. */
  readonly mean: Light;
  /** The deviation along each component, largest first, [27]. One of them is 0, as the mean shading is fixed. */
  readonly sigmas: readonly number[];
  /** The components, each of length 1, [27][27]. */
  readonly modes: readonly Light[];
}

export const lightPrior: Readonly<Record<LightColour, LightStatistics>> = bakedStatistics;

export interface SampleLightOptions {
  /** The colour in which the light shades; by default `"srgb"`, the paper's shading. */
  readonly colour?: LightColour;
  /**
   * The mean shading of the parts that face the viewer, as in a picture of a sphere; 0.8 by default. A camera exposes
   * for the face.
   */
  readonly exposure?: number;
}

/** A draw beyond this many deviations along any component is drawn again. */
const widest = 2.5;
/** A light is drawn again if it shades more than this part of a sphere's picture below 0 in some colour. */
const mostNegative = 0.05;

/**
 * Draws a random light from real surroundings; the same seed gives the same bits.
 * @param seed a whole number
 * @example
 * ```ts
 * import { sampleLight, shadingAt } from "rerenderable";
 *
 * const light = sampleLight(7);
 * console.log(shadingAt(light, [0, 0, 1])); // red, green, blue on a surface that looks at the camera
 * ```
 */
export function sampleLight(
  seed: number,
  { colour = "srgb", exposure = 0.8 }: SampleLightOptions = {},
): number[] {
  if (!(exposure > 0 && exposure < Infinity)) {
    throw new Error(`sampleLight: \`exposure\` should be a number above 0 but is ${exposure}.`);
  }
  const random = createRandom(seed).fork("light");
  for (;;) {
    const light = drawLight(lightPrior[colour], random);
    const seen = seenBrightness(light);
    // Nearly all the light comes from behind: nobody would take a photo of such a face.
    if (seen < 0.4 || negativeShare(light) > mostNegative) continue;
    return light.map((value) => (exposure * value) / seen);
  }
}

function drawLight({ mean, sigmas, modes }: LightStatistics, random: Random): number[] {
  const light = [...mean];
  sigmas.forEach((sigma, m) => {
    let amount = random.normal();
    while (Math.abs(amount) > widest) amount = random.normal();
    for (let i = 0; i < lightSize; i++) light[i] += amount * sigma * modes[m][i];
  });
  return light;
}

/**
 * Mean shading of a sphere's picture, over its pixels and the three colours. A pixel's weight is the cosine of its
 * normal to the viewer, and `Φ_b` is an integral under just this cosine lobe, so the mean is `Σ light[b] Φ_b(z) A_l /
 * π`.
 */
export function seenBrightness(light: Light): number {
  const weights = shBasis(0, 0, 1).map((value, b) => (value * lambertFactors[bandOrder[b]]) / Math.PI);
  return light.reduce((sum, value, i) => sum + (value * weights[i % bandCount]) / 3, 0);
}

/** The part of a sphere's picture that is shaded below 0 in some colour, because of the cut after order 2. */
export function negativeShare(light: Light): number {
  const below = facingNormals.filter((normal) => Math.min(...shadingAt(light, normal)) < 0);
  return below.length / facingNormals.length;
}

const side = 15;
const facingNormals: readonly Vector[] = Array.from({ length: side * side }, (_, i): Vector => {
  const [x, y] = [i % side, Math.floor(i / side)].map((k) => (2 * (k + 0.5)) / side - 1);
  return [x, y, Math.sqrt(Math.max(1 - x * x - y * y, 0))];
}).filter(([, , z]) => z > 0);

/** A normal distribution in the form that least squares needs: `(light − mean)ᵀ precision (light − mean)`. */
export interface GaussianLight {
  /** [27] */
  readonly mean: Float64Array;
  /** Symmetric, positive, [27 * 27] row-major. */
  readonly precision: Float64Array;
}

export interface GaussianLightOptions {
  readonly colour?: LightColour;
  /** The mean shading and its deviation, when the exposure is left open. */
  readonly brightness?: number;
  readonly brightnessSigma?: number;
  /** The least deviation in every direction of the 27, where the maps show less. */
  readonly floor?: number;
}

/**
 * The prior for a fit, with the exposure left open: `light = s · l`, `s ~ N(brightness, brightnessSigma²)` and `l` from
 * the statistics, so that mean and covariance are those of the product (to first order in the spread of `s`).
 */
export function gaussianLight({
  colour = "srgb",
  brightness = 0.85,
  brightnessSigma = 0.2,
  floor = 0.02,
}: GaussianLightOptions = {}): GaussianLight {
  const { mean, sigmas, modes } = lightPrior[colour];
  // Along the components the covariance is diagonal. The open exposure adds one direction, that of the mean. By
  // Sherman and Morrison, (D + u uᵀ)⁻¹ = D⁻¹ − D⁻¹u uᵀD⁻¹ / (1 + uᵀD⁻¹u).
  const inverse = sigmas.map((sigma) => 1 / ((brightness * sigma) ** 2 + floor ** 2));
  const along = modes.map(
    (mode) => brightnessSigma * mode.reduce((sum, value, i) => sum + value * mean[i], 0),
  );
  const scaled = along.map((value, m) => value * inverse[m]);
  const down = 1 + along.reduce((sum, value, m) => sum + value * scaled[m], 0);
  const precision = new Float64Array(lightSize * lightSize);
  for (let i = 0; i < lightSize; i++) {
    for (let j = 0; j <= i; j++) {
      let value = 0;
      let [left, right] = [0, 0];
      modes.forEach((mode, m) => {
        value += mode[i] * inverse[m] * mode[j];
        left += mode[i] * scaled[m];
        right += mode[j] * scaled[m];
      });
      value -= (left * right) / down;
      precision[i * lightSize + j] = value;
      precision[j * lightSize + i] = value; // symmetric to the bit, as solvers need it
    }
  }
  return { mean: Float64Array.from(mean, (value) => brightness * value), precision };
}
