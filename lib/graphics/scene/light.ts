/** Makes, adds and turns lights: 27 spherical-harmonic numbers, colour-major (see `spherical-harmonics.ts`). */
import {
  bandCount,
  bandOrder,
  lambertFactors,
  lightSize,
  shBasis,
  shFactors,
} from "./spherical-harmonics.js";

/** 27 numbers: 3 colours × 9 bands, colour-major. */
export type Light = readonly number[];
export type Vector = readonly [number, number, number];
/** A 3 × 3 matrix as three rows. */
export type Matrix = readonly [Vector, Vector, Vector];

/**
 * A far light. A surface that faces it is shaded by about `colour` (1.06 times, by the truncation to order 2); one that
 * faces away by at least −0.04 times, so any ambient light above that keeps the sum positive.
 * @param direction from the scene toward the light: x right, y up, z toward the viewer; any length but 0
 * @param colour shading of a facing surface, red, green, blue
 */
export function directionalLight(direction: Vector, colour: Vector): number[] {
  const length = Math.hypot(...direction);
  if (!(length > 0)) {
    throw new Error(`directionalLight: \`direction\` should have a length above 0 but is [${direction}].`);
  }
  const [x, y, z] = direction;
  // The radiance is a delta, whose harmonic coefficients are Y_b(direction): Φ_b less its Lambertian factor.
  const basis = shBasis(x / length, y / length, z / length);
  const bands = basis.map((value, b) => value / lambertFactors[bandOrder[b]]);
  return colour.flatMap((intensity) => bands.map((value) => intensity * value));
}

/**
 * Makes a light that comes evenly from everywhere.
 * @param colour shading of every surface, red, green, blue
 */
export function ambientLight(colour: Vector): number[] {
  return colour.flatMap((intensity) =>
    Array.from({ length: bandCount }, (_, b) => (b === 0 ? intensity / shFactors.one : 0)),
  );
}

/** Adds lights: their shadings add. */
export function addLights(...lights: Light[]): number[] {
  lights.forEach((light) => {
    checkLight("addLights", light);
  });
  return Array.from({ length: lightSize }, (_, i) => lights.reduce((sum, light) => sum + light[i], 0));
}

/**
 * Turns a light: the turned normal has the same shading under the turned light as the normal had before. Exact for
 * all nine bands, since orders 0 to 2 are a number, a vector and a symmetric traceless matrix.
 * @param rotation 3×3, acting on column vectors
 */
export function rotateLight(light: Light, rotation: Matrix): number[] {
  checkLight("rotateLight", light);
  return [0, 1, 2].flatMap((c) => rotateColour(light.slice(c * bandCount, (c + 1) * bandCount), rotation));
}

/** The shading of a unit normal, red, green, blue: the bracket of Eq. 3, in plain numbers. */
export function shadingAt(light: Light, normal: Vector): number[] {
  checkLight("shadingAt", light);
  const basis = shBasis(...normal);
  return [0, 1, 2].map((c) => basis.reduce((sum, value, b) => sum + value * light[c * bandCount + b], 0));
}

function rotateColour(bands: readonly number[], rotation: Matrix): number[] {
  const [l0, ly, lz, lx, lxy, lyz, lzz, lxz, lxxyy] = bands as number[];
  const { mixed, polar, equatorial } = shFactors;
  const vector = rotation.map((row) => row[0] * lx + row[1] * ly + row[2] * lz);
  // Order 2 as the quadratic form nᵀ M n. On unit normals 3z²−1 = 2z²−x²−y².
  const [xx, yy, zz] = [equatorial * lxxyy - polar * lzz, -equatorial * lxxyy - polar * lzz, 2 * polar * lzz];
  const [xy, yz, xz] = [(mixed * lxy) / 2, (mixed * lyz) / 2, (mixed * lxz) / 2];
  const form: Matrix = [
    [xx, xy, xz],
    [xy, yy, yz],
    [xz, yz, zz],
  ];
  const turned = (i: number, j: number) => quadraticForm(form, rotation[i], rotation[j]); // (R M Rᵀ)_ij
  return [
    l0,
    vector[1],
    vector[2],
    vector[0],
    (2 * turned(0, 1)) / mixed,
    (2 * turned(1, 2)) / mixed,
    turned(2, 2) / (2 * polar),
    (2 * turned(0, 2)) / mixed,
    (turned(0, 0) - turned(1, 1)) / (2 * equatorial),
  ];
}

function quadraticForm(form: Matrix, left: Vector, right: Vector): number {
  return form.reduce(
    (sum, row, i) => sum + left[i] * (row[0] * right[0] + row[1] * right[1] + row[2] * right[2]),
    0,
  );
}

function checkLight(caller: string, light: Light): void {
  if (light.length !== lightSize) {
    throw new Error(
      `${caller}: a light should have 27 numbers (3 colours × 9 bands) but has ${light.length}.`,
    );
  }
}
