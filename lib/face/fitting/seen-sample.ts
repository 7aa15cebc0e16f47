/** What a fit keeps of one point of the skin: where it stands, how it is turned, its colours beside the picture's. */
import type { Matrix, Vector } from "../../graphics/scene/light.js";
import { shFactors } from "../../graphics/scene/spherical-harmonics.js";

/** Where the numbers of one sample begin, three each but those that say "one number". */
export const kept = {
  /** In the model frame, as the two tangents a and b. */
  position: 0,
  tangentA: 3,
  tangentB: 6,
  /** In the model frame: `a × b / |a × b|`. */
  modelNormal: 9,
  /** One number: `|a × b|`. */
  length: 12,
  /** In the world. */
  normal: 13,
  /** One number each: place in the world, and distance from the camera along its axis. */
  worldX: 16,
  worldY: 17,
  depth: 18,
  /** By colour: model less picture. */
  residual: 19,
  shading: 22,
  albedo: 25,
  /** By colour: how the picture changes when the sample moves along the world's x and y. */
  slopeX: 28,
  slopeY: 31,
} as const;

/** Numbers that are kept of each sample. */
export const keptCount = 34;

/** Row of a matrix times a vector. */
export const alongRow = (row: Vector, x: number, y: number, z: number) =>
  row[0] * x + row[1] * y + row[2] * z;

/**
 * Turns and moves a sample from the model frame into the world.
 * @param state the sample's numbers from `o` on; position and tangents are there, normals and place are written
 * @param p parameters, with the translation from `translation` on
 * @param distance of the camera
 */
export function placeSample(
  state: Float64Array,
  o: number,
  [toX, toY, toZ]: Matrix,
  p: Float64Array,
  translation: number,
  distance: number,
): void {
  const ax = state[o + kept.tangentA];
  const ay = state[o + kept.tangentA + 1];
  const az = state[o + kept.tangentA + 2];
  const bx = state[o + kept.tangentB];
  const by = state[o + kept.tangentB + 1];
  const bz = state[o + kept.tangentB + 2];
  const cx = ay * bz - az * by;
  const cy = az * bx - ax * bz;
  const cz = ax * by - ay * bx;
  const length = Math.sqrt(cx * cx + cy * cy + cz * cz) || 1;
  state[o + kept.length] = length;
  state[o + kept.modelNormal] = cx / length;
  state[o + kept.modelNormal + 1] = cy / length;
  state[o + kept.modelNormal + 2] = cz / length;
  state[o + kept.normal] = alongRow(toX, cx, cy, cz) / length;
  state[o + kept.normal + 1] = alongRow(toY, cx, cy, cz) / length;
  state[o + kept.normal + 2] = alongRow(toZ, cx, cy, cz) / length;
  const x = state[o + kept.position];
  const y = state[o + kept.position + 1];
  const z = state[o + kept.position + 2];
  state[o + kept.worldX] = alongRow(toX, x, y, z) + p[translation];
  state[o + kept.worldY] = alongRow(toY, x, y, z) + p[translation + 1];
  state[o + kept.depth] = distance - (alongRow(toZ, x, y, z) + p[translation + 2]);
}

const { one, linear, mixed, polar, equatorial } = shFactors;

/** `shBasis` of the sample's normal, without a new array. */
export function writeBands(out: Float64Array, state: Float64Array, o: number): void {
  const x = state[o + kept.normal];
  const y = state[o + kept.normal + 1];
  const z = state[o + kept.normal + 2];
  out[0] = one;
  out[1] = linear * y;
  out[2] = linear * z;
  out[3] = linear * x;
  out[4] = mixed * x * y;
  out[5] = mixed * y * z;
  out[6] = polar * (3 * z * z - 1);
  out[7] = mixed * x * z;
  out[8] = equatorial * (x * x - y * y);
}
