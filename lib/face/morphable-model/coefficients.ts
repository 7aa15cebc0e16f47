/** All numbers that decide one rendered face, by name. As one vector they are 257, in Deep3D's order. */

import { ambientWhite } from "../../graphics/scene/spherical-harmonics.js";

/** The parts, in their order when flat, with their sizes. */
export const coefficientSizes = {
  identity: 80,
  expression: 64,
  albedo: 80,
  /** Pitch, yaw, roll; radians. */
  angles: 3,
  /** Spherical harmonics, colour-major. */
  light: 27,
  /** Units of 10 cm. */
  translation: 3,
} as const;

export type CoefficientName = keyof typeof coefficientSizes;
export const coefficientNames = Object.keys(coefficientSizes) as CoefficientName[];
export const coefficientCount = Object.values(coefficientSizes).reduce<number>((a, b) => a + b, 0);

/** The coefficients of one face. */
export type Coefficients = Readonly<Record<CoefficientName, Float32Array>>;

/** The mean face without a pose, under white light that shows its albedo. Parts that are given replace those. */
export function neutralCoefficients(parts: Partial<Coefficients> = {}): Coefficients {
  const zeros = splitCoefficients(new Float32Array(coefficientCount));
  return { ...zeros, light: Float32Array.from(ambientWhite), ...parts };
}

/** Splits a flat vector by name. @throws if it has not 257 numbers */
export function splitCoefficients(flat: ArrayLike<number>): Coefficients {
  if (flat.length !== coefficientCount) {
    throw new Error(
      `splitCoefficients: \`flat\` should have ${coefficientCount} numbers but has ${flat.length}.`,
    );
  }
  let start = 0;
  const parts = coefficientNames.map((name) => {
    const part = Float32Array.from({ length: coefficientSizes[name] }, (_, i) => flat[start + i]);
    start += part.length;
    return [name, part] as const;
  });
  return Object.fromEntries(parts) as Coefficients;
}

export function flattenCoefficients(coefficients: Coefficients): Float32Array {
  return Float32Array.from(coefficientNames.flatMap((name) => Array.from(coefficients[name])));
}
