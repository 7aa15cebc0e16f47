/** The nine basis values `Φ(n)` of every pixel's normal and their slopes, for the loops of `shade.ts`. */
import type { KernelArray, NumericArray } from "../../base/engine/kernel-array.js";
import { bandCount, bandPlace, lightSize, shFactors } from "../scene/spherical-harmonics.js";

/** Visits every pixel that has a normal: offset of its colours, offset of its light, and `Φ(n)`. */
export function forEachSurface(
  { values: normals, shape }: KernelArray,
  light: KernelArray,
  visit: (offset: number, lightOffset: number, phi: Float64Array) => void,
): void {
  const [batch, height, width] = shape;
  const perPixel = light.shape.length === 4 ? lightSize : 0;
  const perImage = light.shape[0] === 1 ? 0 : light.values.length / light.shape[0];
  const phi = new Float64Array(bandCount);
  for (let n = 0, o = 0; n < batch; n++) {
    for (let p = 0; p < height * width; p++, o += 3) {
      if (writeBasis(normals, o, phi, 0)) visit(o, n * perImage + p * perPixel, phi);
    }
  }
}

/** Normalises the normal and writes its `Φ`; returns false if there is no normal. */
export function writeBasis(
  normals: NumericArray | Float64Array,
  o: number,
  phi: Float64Array,
  at: number,
): boolean {
  const squared = normals[o] ** 2 + normals[o + 1] ** 2 + normals[o + 2] ** 2;
  if (squared === 0) return false;
  const inverse = 1 / Math.sqrt(squared);
  const x = normals[o] * inverse;
  const y = normals[o + 1] * inverse;
  const z = normals[o + 2] * inverse;
  phi[at + bandPlace.one] = shFactors.one;
  phi[at + bandPlace.y] = shFactors.linear * y;
  phi[at + bandPlace.z] = shFactors.linear * z;
  phi[at + bandPlace.x] = shFactors.linear * x;
  phi[at + bandPlace.xy] = shFactors.mixed * x * y;
  phi[at + bandPlace.yz] = shFactors.mixed * y * z;
  phi[at + bandPlace.polar] = shFactors.polar * (3 * z * z - 1);
  phi[at + bandPlace.xz] = shFactors.mixed * x * z;
  phi[at + bandPlace.equatorial] = shFactors.equatorial * (x * x - y * y);
  return true;
}

/**
 * Gradient of `Σ_b weights[b] Φ_b(n/|n|)` to `n`: the slope in space without its part along `n`, divided by the
 * length.
 * @param o where the normal and its gradient start,
 * @param at where the weights start
 */
export function writeNormalSlope(
  normals: NumericArray | Float64Array,
  o: number,
  weights: Float64Array,
  at: number,
  out: NumericArray | Float64Array,
): void {
  const inverse = 1 / Math.sqrt(normals[o] ** 2 + normals[o + 1] ** 2 + normals[o + 2] ** 2);
  const x = normals[o] * inverse;
  const y = normals[o + 1] * inverse;
  const z = normals[o + 2] * inverse;
  const { linear, mixed, polar, equatorial } = shFactors;
  const xy = mixed * weights[at + bandPlace.xy];
  const yz = mixed * weights[at + bandPlace.yz];
  const xz = mixed * weights[at + bandPlace.xz];
  const gx =
    linear * weights[at + bandPlace.x] +
    y * xy +
    z * xz +
    2 * equatorial * x * weights[at + bandPlace.equatorial];
  const gy =
    linear * weights[at + bandPlace.y] +
    x * xy +
    z * yz -
    2 * equatorial * y * weights[at + bandPlace.equatorial];
  const gz =
    linear * weights[at + bandPlace.z] + y * yz + x * xz + 6 * polar * z * weights[at + bandPlace.polar];
  const along = gx * x + gy * y + gz * z;
  out[o] = (gx - along * x) * inverse;
  out[o + 1] = (gy - along * y) * inverse;
  out[o + 2] = (gz - along * z) * inverse;
}

/** `Σ_b values[start + b] Φ_b`, written out, which is faster than a loop of nine. @param at where `Φ` starts */
export function dot(values: NumericArray, start: number, phi: Float64Array, at: number): number {
  return (
    values[start] * phi[at] +
    values[start + 1] * phi[at + 1] +
    values[start + 2] * phi[at + 2] +
    values[start + 3] * phi[at + 3] +
    values[start + 4] * phi[at + 4] +
    values[start + 5] * phi[at + 5] +
    values[start + 6] * phi[at + 6] +
    values[start + 7] * phi[at + 7] +
    values[start + 8] * phi[at + 8]
  );
}
