/**
 * The only two colour converters: encoded sRGB to linear light and back, IEC 61966-2-1. Values outside [0, 1]
 * keep their sign and follow the same curve, so that an optimiser may step outside and come back.
 */

/** Linear light of encoded sRGB, both 1 at white. */
export function srgbToLinear(srgb: number): number;
/** Linear light of each value of encoded sRGB, in a new array. */
export function srgbToLinear(srgb: ArrayLike<number>): Float32Array;
export function srgbToLinear(srgb: number | ArrayLike<number>): number | Float32Array {
  return typeof srgb === "number" ? decode(srgb) : Float32Array.from(srgb, decode);
}

/** Encoded sRGB of linear light, both 1 at white. */
export function linearToSrgb(linear: number): number;
/** Encoded sRGB of each value of linear light, in a new array. */
export function linearToSrgb(linear: ArrayLike<number>): Float32Array;
export function linearToSrgb(linear: number | ArrayLike<number>): number | Float32Array {
  return typeof linear === "number" ? encode(linear) : Float32Array.from(linear, encode);
}

function decode(value: number): number {
  const size = Math.abs(value);
  return Math.sign(value) * (size <= 0.04045 ? size / 12.92 : ((size + 0.055) / 1.055) ** 2.4);
}

function encode(value: number): number {
  const size = Math.abs(value);
  return Math.sign(value) * (size <= 0.0031308 ? size * 12.92 : 1.055 * size ** (1 / 2.4) - 0.055);
}
