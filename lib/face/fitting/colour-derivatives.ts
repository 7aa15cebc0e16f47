/**
 * How the residual of one colour of one sample (`seen-sample.ts`) moves with the pose and with the sample's place and
 * tangents: the picture slides under the point, and the point turns in the light.
 */
import type { Matrix } from "../../graphics/scene/light.js";
import { shFactors } from "../../graphics/scene/spherical-harmonics.js";
import { alongRow, kept } from "./seen-sample.js";

/** How one colour's residual moves with the sample's place and with its normal, both in the world. */
export interface ColourSlopes {
  readonly byPlace: Float64Array;
  readonly byNormal: Float64Array;
}

/** The derivative by the place: model less picture falls by the picture's slope; what moves nearer, moves outward. */
export function writeSlopeByPlace(
  out: Float64Array,
  state: Float64Array,
  o: number,
  colour: number,
  weight: number,
): void {
  const x = -weight * state[o + kept.slopeX + colour];
  const y = -weight * state[o + kept.slopeY + colour];
  out[0] = x;
  out[1] = y;
  out[2] = (x * state[o + kept.worldX] + y * state[o + kept.worldY]) / state[o + kept.depth];
}

const { linear, mixed, polar, equatorial } = shFactors;

/** The derivative by the normal: of `Σ_b light[b] Φ_b(n)`, times `scale`. @param light first of the colour's bands in `p` */
export function writeSlopeByNormal(
  out: Float64Array,
  state: Float64Array,
  o: number,
  p: Float64Array,
  light: number,
  scale: number,
): void {
  const x = state[o + kept.normal];
  const y = state[o + kept.normal + 1];
  const z = state[o + kept.normal + 2];
  const xy = mixed * p[light + 4];
  const yz = mixed * p[light + 5];
  const xz = mixed * p[light + 7];
  const even = 2 * equatorial * p[light + 8];
  out[0] = scale * (linear * p[light + 3] + xy * y + xz * z + even * x);
  out[1] = scale * (linear * p[light + 1] + xy * x + yz * z - even * y);
  out[2] = scale * (linear * p[light + 2] + yz * y + xz * x + 6 * polar * p[light + 6] * z);
}

/** Writes how the residual moves with the three angles and the translation. @param turns derivative of the rotation by each angle */
export function writePoseColumns(
  out: Float32Array,
  to: number,
  state: Float64Array,
  o: number,
  { byPlace, byNormal }: ColourSlopes,
  turns: readonly Matrix[],
): void {
  const x = state[o + kept.position];
  const y = state[o + kept.position + 1];
  const z = state[o + kept.position + 2];
  const nx = state[o + kept.modelNormal];
  const ny = state[o + kept.modelNormal + 1];
  const nz = state[o + kept.modelNormal + 2];
  for (let axis = 0; axis < 3; axis++) {
    let sum = 0;
    for (let k = 0; k < 3; k++) {
      const row = turns[axis][k];
      sum += byPlace[k] * alongRow(row, x, y, z);
      sum += byNormal[k] * alongRow(row, nx, ny, nz);
    }
    out[to + axis] = sum;
  }
  for (let k = 0; k < 3; k++) out[to + 3 + k] = byPlace[k];
}

/** Writes how the residual moves with the sample's position and tangents in the model frame: nine numbers. */
export function writeShapeFactors(
  out: Float32Array,
  to: number,
  state: Float64Array,
  o: number,
  { byPlace, byNormal }: ColourSlopes,
  rotation: Matrix,
): void {
  for (let k = 0; k < 3; k++) out[to + k] = alongColumn(rotation, k, byPlace);
  const qx = alongColumn(rotation, 0, byNormal);
  const qy = alongColumn(rotation, 1, byNormal);
  const qz = alongColumn(rotation, 2, byNormal);
  const length = state[o + kept.length];
  const nx = state[o + kept.modelNormal];
  const ny = state[o + kept.modelNormal + 1];
  const nz = state[o + kept.modelNormal + 2];
  const along = qx * nx + qy * ny + qz * nz;
  const ux = (qx - along * nx) / length;
  const uy = (qy - along * ny) / length;
  const uz = (qz - along * nz) / length;
  const ax = state[o + kept.tangentA];
  const ay = state[o + kept.tangentA + 1];
  const az = state[o + kept.tangentA + 2];
  const bx = state[o + kept.tangentB];
  const by = state[o + kept.tangentB + 1];
  const bz = state[o + kept.tangentB + 2];
  // The normal is n = a × b / |a × b|. A slope u by a × b is b × u by a, and u × a by b.
  out[to + 3] = by * uz - bz * uy;
  out[to + 4] = bz * ux - bx * uz;
  out[to + 5] = bx * uy - by * ux;
  out[to + 6] = uy * az - uz * ay;
  out[to + 7] = uz * ax - ux * az;
  out[to + 8] = ux * ay - uy * ax;
}

/** Back from the world into the model frame: a column of the rotation, a row of its transpose, times a vector. */
const alongColumn = ([a, b, c]: Matrix, k: number, v: ArrayLike<number>) =>
  a[k] * v[0] + b[k] * v[1] + c[k] * v[2];
