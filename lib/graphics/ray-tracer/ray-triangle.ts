/**
 * Whether a ray meets a triangle: Woop, Benthin and Wald 2013, "Watertight Ray/Triangle Intersection".
 *
 * The triangle is moved and sheared so that the ray is the z axis; then its three edge functions at the origin,
 *
 *     u = C_x B_y − C_y B_x,  and cyclic,
 *
 * have the same sign if the triangle is hit; divided by their sum they are the barycentrics. Two triangles that share
 * an edge compute exactly opposite values for it, so that no ray slips between them.
 */
import type { Hit, Ray } from "./ray.js";

/** The numbers of a slot: those of its triangle's three corners. */
export const slotSize = 9;

/**
 * Records the hit if it is nearer than the one recorded.
 * @param corners nine numbers a triangle
 * @param slot the triangle's place in `corners`; it is not recorded
 * @param ray as left by `aimRay`
 * @returns whether a hit was recorded, one in [ray.least, hit.distance). A hit of an edge or a corner counts; a
 *   triangle seen exactly edge-on, or with a corner that is not a number, is never hit
 */
export function meetsTriangle(corners: Float64Array, slot: number, ray: Ray, hit: Hit): boolean {
  const { origin, axes, shear } = ray;
  const kx = axes[0];
  const ky = axes[1];
  const kz = axes[2];
  const a = slotSize * slot;
  const b = a + 3;
  const c = b + 3;
  const ox = origin[kx];
  const oy = origin[ky];
  const oz = origin[kz];
  const az = corners[a + kz] - oz;
  const bz = corners[b + kz] - oz;
  const cz = corners[c + kz] - oz;
  const ax = corners[a + kx] - ox - shear[0] * az;
  const ay = corners[a + ky] - oy - shear[1] * az;
  const bx = corners[b + kx] - ox - shear[0] * bz;
  const by = corners[b + ky] - oy - shear[1] * bz;
  const cx = corners[c + kx] - ox - shear[0] * cz;
  const cy = corners[c + ky] - oy - shear[1] * cz;
  const u = cx * by - cy * bx;
  const v = ax * cy - ay * cx;
  const w = bx * ay - by * ax;
  if ((u < 0 || v < 0 || w < 0) && (ray.cullBackFaces || u > 0 || v > 0 || w > 0)) return false;
  const sum = u + v + w;
  if (sum === 0) return false;
  const distance = ((u * az + v * bz + w * cz) * shear[2]) / sum;
  if (!(distance >= ray.least && distance < hit.distance)) return false;
  hit.distance = distance;
  hit.b0 = u / sum;
  hit.b1 = v / sum;
  hit.b2 = w / sum;
  return true;
}
