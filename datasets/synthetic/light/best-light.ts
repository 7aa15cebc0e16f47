/** Finds the 27 numbers whose shading is nearest to a picture's, by least squares over its skin. */
import { shBasis } from "rerenderable";
import { bandCount } from "rerenderable/graphics";
import type { TruthMaps } from "../render/truth-maps.js";

/** Keeps bands near 0 if the seen normals say nothing about them. */
const ridge = 1e-3;

/** @returns 27 numbers, colour-major, for encoded values */
export function bestLight({ skin, normals, shading }: TruthMaps): number[] {
  const gram = new Float64Array(bandCount * bandCount);
  const sides = [0, 1, 2].map(() => new Float64Array(bandCount));
  let count = 0;
  for (let p = 0; p < skin.length; p++) {
    if (!skin[p]) continue;
    count++;
    const basis = shBasis(normals[3 * p], normals[3 * p + 1], normals[3 * p + 2]);
    for (let a = 0; a < bandCount; a++) {
      for (let b = 0; b < bandCount; b++) gram[a * bandCount + b] += basis[a] * basis[b];
      for (let c = 0; c < 3; c++) sides[c][a] += basis[a] * shading[3 * p + c];
    }
  }
  for (let a = 0; a < bandCount; a++) gram[a * bandCount + a] += ridge * Math.max(count, 1);
  return sides.flatMap((side) => solve(gram, side));
}

/** Solves a symmetric positive system by Cholesky's method. */
function solve(matrix: Float64Array, side: Float64Array): number[] {
  const n = side.length;
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j];
    }
  }
  const x = Array.from(side);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
    x[i] /= l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
    x[i] /= l[i * n + i];
  }
  return x;
}
