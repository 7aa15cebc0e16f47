/** The nine basis values `Φ(n)` of every pixel's normal and their slope, for the loops of `shade.ts`. */
import type { KernelArray, NumericArray } from "../engine/define-op.js";
import { bandCount, lightSize, shFactors } from "../scene/spherical-harmonics.js";

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
      if (writeBasis(normals, o, phi)) visit(o, n * perImage + p * perPixel, phi);
    }
  }
}

/** Writes `Φ` of the normal, once normalised; false where there is none. */
function writeBasis(normals: NumericArray, o: number, phi: Float64Array): boolean {
  const squared = normals[o] ** 2 + normals[o + 1] ** 2 + normals[o + 2] ** 2;
  if (squared === 0) return false;
  const inverse = 1 / Math.sqrt(squared);
  const x = normals[o] * inverse;
  const y = normals[o + 1] * inverse;
  const z = normals[o + 2] * inverse;
  phi[0] = shFactors.one;
  phi[1] = shFactors.linear * y;
  phi[2] = shFactors.linear * z;
  phi[3] = shFactors.linear * x;
  phi[4] = shFactors.mixed * x * y;
  phi[5] = shFactors.mixed * y * z;
  phi[6] = shFactors.polar * (3 * z * z - 1);
  phi[7] = shFactors.mixed * x * z;
  phi[8] = shFactors.equatorial * (x * x - y * y);
  return true;
}

/** Gradient of `Σ_b weights[b] Φ_b(n/|n|)` to `n`: the slope in space less its part along `n`, over the length. */
export function writeNormalSlope(
  normals: NumericArray,
  o: number,
  weights: Float64Array,
  out: NumericArray,
): void {
  const inverse = 1 / Math.sqrt(normals[o] ** 2 + normals[o + 1] ** 2 + normals[o + 2] ** 2);
  const x = normals[o] * inverse;
  const y = normals[o + 1] * inverse;
  const z = normals[o + 2] * inverse;
  const { linear, mixed, polar, equatorial } = shFactors;
  const [, wy, wz, wx, wxy, wyz, wzz, wxz, wxxyy] = weights;
  const gx = linear * wx + mixed * (y * wxy + z * wxz) + 2 * equatorial * x * wxxyy;
  const gy = linear * wy + mixed * (x * wxy + z * wyz) - 2 * equatorial * y * wxxyy;
  const gz = linear * wz + mixed * (y * wyz + x * wxz) + 6 * polar * z * wzz;
  const along = gx * x + gy * y + gz * z;
  out[o] = (gx - along * x) * inverse;
  out[o + 1] = (gy - along * y) * inverse;
  out[o + 2] = (gz - along * z) * inverse;
}

/** `Σ_b values[start + b] Φ_b`, written out: quicker than a loop of nine. */
export function dot(values: NumericArray, start: number, phi: Float64Array): number {
  return (
    values[start] * phi[0] +
    values[start + 1] * phi[1] +
    values[start + 2] * phi[2] +
    values[start + 3] * phi[3] +
    values[start + 4] * phi[4] +
    values[start + 5] * phi[5] +
    values[start + 6] * phi[6] +
    values[start + 7] * phi[7] +
    values[start + 8] * phi[8]
  );
}
