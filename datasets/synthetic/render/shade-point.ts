/**
 * The light on a point of the scene: how much it sends back diffusely, how much it mirrors, and how much of the first
 * key light reaches it.
 */
import { lightSize } from "rerenderable";
import { bandCount, shFactors } from "rerenderable/graphics";
import { lightReaching } from "../light/shadow-map.js";
import { type Gloss, mirroredBy } from "./highlights.js";
import type { HarmonicLight, SceneLight, TracedLight } from "./scene-light.js";
import type { SurfacePoint } from "./surface.js";

export interface ShadedPoint {
  /** Linear shading (of encoded albedo under a harmonic light), red, green, blue. */
  readonly shading: Float64Array;
  /** Linear light mirrored. */
  readonly mirrored: Float64Array;
  /**
   * The share of the first key light that reaches the point past other things, 0 to 1; 1 if there is no such light.
   */
  keyShare: number;
}

export interface Finish {
  readonly gloss: Gloss;
  /** Whether light spreads a little below the surface. */
  readonly skin: boolean;
}

export function createShadedPoint(): ShadedPoint {
  return { shading: new Float64Array(3), mirrored: new Float64Array(3), keyShare: 1 };
}

/** How far light spreads under skin past the edge of light: red, green, blue. */
const bleeding = [0.1, 0.04, 0.025];
/** How far points are lifted from their surface before their light is found: 10 cm. */
const lift = 0.014;

const basis = new Float64Array(bandCount);
const across = new Float64Array(3);
const mirrorNormal = new Float64Array(3);

/**
 * @param point the point; its normal is a unit vector, for a hair the strand's direction
 * @param view unit, toward the camera
 * @param eyeAxis where the eyes look: a cornea is more curved than the eyeball
 * @param out is overwritten
 */
export function shadePoint(
  light: SceneLight,
  point: SurfacePoint,
  finish: Finish,
  view: Float64Array,
  eyeAxis: ArrayLike<number>,
  out: ShadedPoint,
): void {
  out.mirrored.fill(0);
  out.keyShare = 1;
  const facing = finish.gloss === "hair" ? acrossStrand(point.normal, view) : point.normal;
  fillBasis(facing);
  if (light.kind === "harmonics") addHarmonics(light, out);
  else addTraced(light, point, finish, facing, view, eyeAxis, out);
}

function addHarmonics({ light }: HarmonicLight, { shading }: ShadedPoint): void {
  for (let c = 0; c < 3; c++) {
    let sum = 0;
    for (let b = 0; b < bandCount; b++) sum += light[c * bandCount + b] * basis[b];
    shading[c] = sum;
  }
}

function addTraced(
  { light, vertexLight, keys, shining }: TracedLight,
  point: SurfacePoint,
  { gloss, skin }: Finish,
  facing: Float64Array,
  view: Float64Array,
  eyeAxis: ArrayLike<number>,
  out: ShadedPoint,
): void {
  const { corners, weights, position } = point;
  const i = (corners[0] / 3) * lightSize;
  const j = (corners[1] / 3) * lightSize;
  const l = (corners[2] / 3) * lightSize;
  const p = weights[0];
  const q = weights[1];
  const r = weights[2];
  let ambient = 0;
  for (let c = 0, o = 0; c < 3; c++) {
    let sum = 0;
    ambient += p * vertexLight[i + o] + q * vertexLight[j + o] + r * vertexLight[l + o];
    for (let b = 0; b < bandCount; b++, o++) {
      sum += basis[b] * (p * vertexLight[i + o] + q * vertexLight[j + o] + r * vertexLight[l + o]);
    }
    out.shading[c] = sum > 0 ? sum : 0;
  }
  const normal = gloss === "eye" ? corneaNormal(point.normal, eyeAxis) : point.normal;
  for (let n = 0; n < keys.length; n++) {
    const { direction, colour, angularRadius, shadowMap } = keys[n];
    const cosine = facing[0] * direction[0] + facing[1] * direction[1] + facing[2] * direction[2];
    if (n === 0) out.keyShare = 0;
    if (cosine < -0.15) continue;
    const radius = Math.min(Math.max(Math.round(0.35 * angularRadius * shadowMap.scale), 1), 6);
    const share = lightReaching(
      shadowMap,
      position[0] + lift * facing[0],
      position[1] + lift * facing[1],
      position[2] + lift * facing[2],
      0.006,
      radius,
    );
    if (n === 0 && cosine > 0) out.keyShare = share;
    if (share === 0) continue;
    const mirrored = share * mirroredBy(keys[n].shining, gloss, normal, view);
    for (let c = 0; c < 3; c++) {
      const w = skin ? bleeding[c] : gloss === "hair" ? 0.5 : 0;
      const wrapped = (cosine + w) / (1 + w);
      if (wrapped > 0) out.shading[c] += colour[c] * wrapped * share;
      out.mirrored[c] += colour[c] * mirrored;
    }
  }
  // The mirrored light of the surroundings is hidden as much as their diffuse light.
  const open = Math.min(ambient / Math.max(light[0] + light[bandCount] + light[2 * bandCount], 1e-6), 1);
  for (let n = 0; n < shining.length; n++) {
    const mirrored = open * open * mirroredBy(shining[n], gloss, normal, view);
    for (let c = 0; c < 3 && mirrored > 0; c++) out.mirrored[c] += shining[n].colour[c] * mirrored;
  }
}

/** `shBasis` without a new list for every point. */
function fillBasis([x, y, z]: Float64Array): void {
  const { one, linear, mixed, polar, equatorial } = shFactors;
  basis[0] = one;
  basis[1] = linear * y;
  basis[2] = linear * z;
  basis[3] = linear * x;
  basis[4] = mixed * x * y;
  basis[5] = mixed * y * z;
  basis[6] = polar * (3 * z * z - 1);
  basis[7] = mixed * x * z;
  basis[8] = equatorial * (x * x - y * y);
}

/** The direction across a strand that faces the viewer: the normal of a round hair at the place that is seen. */
function acrossStrand(tangent: Float64Array, view: Float64Array): Float64Array {
  const along = tangent[0] * view[0] + tangent[1] * view[1] + tangent[2] * view[2];
  for (let k = 0; k < 3; k++) across[k] = view[k] - along * tangent[k];
  const length = Math.sqrt(across[0] ** 2 + across[1] ** 2 + across[2] ** 2) || 1;
  for (let k = 0; k < 3; k++) across[k] /= length;
  return across;
}

/** A cornea's radius is two thirds of the eyeball's: its normal turns half as much again. */
function corneaNormal(normal: Float64Array, axis: ArrayLike<number>): Float64Array {
  const along = normal[0] * axis[0] + normal[1] * axis[1] + normal[2] * axis[2];
  for (let k = 0; k < 3; k++) mirrorNormal[k] = normal[k] + 0.55 * (normal[k] - along * axis[k]);
  const length = Math.sqrt(mirrorNormal[0] ** 2 + mirrorNormal[1] ** 2 + mirrorNormal[2] ** 2);
  for (let k = 0; k < 3; k++) mirrorNormal[k] /= length;
  return mirrorNormal;
}
