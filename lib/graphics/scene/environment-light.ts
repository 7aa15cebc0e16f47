/**
 * Makes a light of 27 numbers of an environment map.
 *
 * A Lambertian surface of albedo `A` under radiance `L` sends out `A/π ∫ L(ω) max(n·ω, 0) dω`. As the Lambertian
 * factors are in `Φ_b`, the light's numbers are the harmonic coefficients of the radiance over π,
 *
 *     light[b] = 1/π ∫ L(ω) Y_b(ω) dω,
 *
 * so that a constant environment of radiance 1 is `ambientWhite`, which shows the albedo itself, and a small source
 * of radiance L and solid angle Ω is the `directionalLight` of colour L Ω / π.
 */
import { linearToSrgb } from "../../base/image/colour.js";
import type { EnvironmentMap } from "./environment-map.js";
import { type Light, rotateLight, shadingAt, type Vector } from "./light.js";
import { rotationMatrix } from "./pose.js";
import { projectRadiance } from "./project-radiance.js";
import { bandCount, bandOrder, lambertFactors, shFactors } from "./spherical-harmonics.js";

export interface EnvironmentLightOptions {
  /** The factor of the radiance, after any normalisation; 1 by default. */
  readonly exposure?: number;
  /**
   * What is scaled to 1, as the mean of the three colours, which keep their ratio. `"none"`: nothing; `"face"`: the
   * shading of the normal +z, the middle of a face that looks at the viewer; `"mean"`: the mean shading over all
   * normals.
   */
  readonly normalise?: "none" | "face" | "mean";
  /** The turn of the surroundings about y in radians, positive as for a head, from +z toward +x; 0 by default. */
  readonly yaw?: number;
  /**
   * `"linear"`: for albedo and picture in linear light, as the surroundings are. This is the default. `"srgb"`: for
   * the paper's shading of encoded values.
   */
  readonly colour?: "linear" | "srgb";
}

/**
 * With `colour: "srgb"` the light is the one whose shading is nearest, in least squares over all normals, to the
 * encoded shading `encode(s)`. There, Eq. 3 multiplies an encoded albedo. As sRGB's curve is nearly a power,
 * `encode(a s) ≈ encode(a) encode(s)`: this is exact for white, and the picture is off by at most 0.03 for any
 * albedo. Encoding the 27 numbers themselves would have no meaning.
 * @returns 27 numbers, colour-major
 * @example
 * ```ts
 * import { environmentLight, readEnvironmentMap } from "rerenderable";
 *
 * const map = await readEnvironmentMap("street.hdr");
 * const light = environmentLight(map, { colour: "srgb", normalise: "mean", yaw: Math.PI / 2 });
 * ```
 */
export function environmentLight(
  map: EnvironmentMap,
  { exposure = 1, normalise = "none", yaw = 0, colour = "linear" }: EnvironmentLightOptions = {},
): number[] {
  if (!(exposure >= 0 && exposure < Infinity)) {
    throw new Error(`environmentLight: \`exposure\` should be a number from 0 but is ${exposure}.`);
  }
  if (!Number.isFinite(yaw)) {
    throw new Error(`environmentLight: \`yaw\` should be an angle in radians but is ${yaw}.`);
  }
  const radiance = projectRadiance(map).map((value) => value / Math.PI);
  const turned = rotateLight(radiance, rotationMatrix([0, yaw, 0]));
  const factor = exposure / (normalise === "none" ? 1 : brightness(turned, normalise));
  const light = turned.map((value) => factor * value);
  return colour === "srgb" ? encodedLight(light) : light;
}

/** The number that is scaled to 1. */
function brightness(light: Light, of: "face" | "mean"): number {
  // Band 0 is the mean over all normals: any other band's is 0.
  const means = [0, 1, 2].map((c) => light[c * bandCount] * shFactors.one);
  const [red, green, blue] = of === "face" ? shadingAt(light, [0, 0, 1]) : means;
  const mean = (red + green + blue) / 3;
  if (mean > 0) return mean;
  throw new Error(`environmentLight: \`normalise: "${of}"\` needs a brightness above 0 but it is ${mean}.`);
}

/**
 * The light whose shading is nearest to the encoded shading of a linear light. The harmonics are orthonormal, so least
 * squares is a projection too.
 * @param height rows of the picture in which the shading is encoded: 64 settle the numbers to 1e-4, 16 to 1e-3
 */
export function encodedLight(light: Light, height = 64): number[] {
  const [width, front] = [2 * height, 0.5];
  const data = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const normal = directionAt(((i % width) + 0.5) / width - front, (Math.floor(i / width) + 0.5) / height);
    // It is below 0 only because of the cut after order 2: no surface is darker than black.
    const encoded = shadingAt(light, normal).map((value) => linearToSrgb(Math.max(value, 0)));
    data.set(encoded, 3 * i);
  }
  // A shading is Σ light[b] A_l Y_b.
  return projectRadiance({ width, height, data, front }).map(
    (value, i) => value / lambertFactors[bandOrder[i % bandCount]],
  );
}

/**
 * The direction of a place in an equirectangular picture.
 * @param turn columns right of the front, as a fraction of the width
 * @param fall rows down from the top, as a fraction of the height
 */
function directionAt(turn: number, fall: number): Vector {
  const [a, polar] = [2 * Math.PI * turn, Math.PI * fall];
  return [-Math.sin(polar) * Math.sin(a), Math.cos(polar), Math.sin(polar) * Math.cos(a)];
}
