/**
 * Light on a point of the surface: the rendering integral for lights that are few and small, and Eq. 3 for the rest.
 *
 *     diffuse = albedo Σ colour · fall-off · max(n·l, 0) · visible
 *     specular = π Σ f(l, v) · colour · fall-off · max(n·l, 0) · visible
 *
 * π, because a colour is an irradiance over π. A surface is lit on the side of its normals, whichever side is seen.
 */

import type { Random } from "../../base/tensor/random.js";
import { bandCount, shBasis } from "../scene/spherical-harmonics.js";
import type { Bvh } from "./bvh.js";
import {
  createIncidence,
  type HarmonicSource,
  type Incidence,
  isSoft,
  lightAt,
  type ShadowedLight,
} from "./light-source.js";
import { aimRay, createHit, createRay, type Hit, type Ray } from "./ray.js";
import { type SpecularLobe, specularReflection } from "./specular-lobe.js";
import type { Surface } from "./surface.js";
import { isBlocked } from "./trace.js";

export interface ShadingScene {
  readonly bvh: Bvh;
  readonly harmonics: readonly HarmonicSource[];
  readonly shadowed: readonly ShadowedLight[];
  readonly specular?: SpecularLobe;
  /** The side of the square of shadow rays toward a source that has an extent. */
  readonly shadowSide: number;
  /** Places the shadow rays on sources that have an extent. */
  readonly random: Random;
}

/** Room for the ray toward a light. */
export interface ShadowProbe {
  readonly ray: Ray;
  readonly hit: Hit;
  readonly incidence: Incidence;
}

export interface ShadedPoint {
  /** Red, green, blue. */
  readonly diffuse: Float64Array;
  readonly specular: Float64Array;
  /** For each of the scene's shadowed lights: 1 where lit, 0 where turned away or in another surface's shadow. */
  readonly lit: Float64Array;
}

export function createShadedPoint(lights: number): ShadedPoint {
  return { diffuse: new Float64Array(3), specular: new Float64Array(3), lit: new Float64Array(lights) };
}

export function createShadowProbe(): ShadowProbe {
  return { ray: createRay(), hit: createHit(), incidence: createIncidence() };
}

/**
 * @param view unit, toward the viewer
 * @param probe,out are overwritten
 */
export function shadeSurface(
  scene: ShadingScene,
  surface: Surface,
  view: Float64Array,
  probe: ShadowProbe,
  out: ShadedPoint,
): void {
  out.diffuse.fill(0);
  out.specular.fill(0);
  out.lit.fill(0);
  const [x, y, z] = surface.normal;
  if (x === 0 && y === 0 && z === 0) return;
  for (const { light } of scene.harmonics) {
    const basis = shBasis(x, y, z);
    for (let c = 0; c < 3; c++) {
      let shading = 0;
      for (let b = 0; b < bandCount; b++) shading += light[c * bandCount + b] * basis[b];
      out.diffuse[c] += surface.albedo[c] * shading;
    }
  }
  scene.shadowed.forEach((source, i) => {
    out.lit[i] = addSource(scene, source, surface, view, probe, out);
  });
}

/** @returns the share of the source that is seen from the surface */
function addSource(
  { bvh, specular, shadowSide, random }: ShadingScene,
  source: ShadowedLight,
  surface: Surface,
  view: Float64Array,
  probe: ShadowProbe,
  out: ShadedPoint,
): number {
  const { normal, albedo } = surface;
  const { incidence } = probe;
  const { toward } = incidence;
  const soft = isSoft(source);
  const side = soft ? shadowSide : 1;
  const weight = 1 / (side * side);
  let seen = 0;
  for (let k = 0; k < side * side; k++) {
    const u = soft ? ((k % side) + random.uniform()) / side : 0;
    const v = soft ? (Math.floor(k / side) + random.uniform()) / side : 0;
    lightAt(source, surface, u, v, incidence);
    const cosine = normal[0] * toward[0] + normal[1] * toward[1] + normal[2] * toward[2];
    if (!(cosine > 0) || (source.castsShadows !== false && isHidden(bvh, surface, probe))) continue;
    seen += weight;
    const shading = weight * incidence.fallOff * cosine;
    const mirrored = specular ? Math.PI * shading * specularReflection(specular, normal, toward, view) : 0;
    for (let c = 0; c < 3; c++) {
      out.diffuse[c] += albedo[c] * source.colour[c] * shading;
      out.specular[c] += source.colour[c] * mirrored;
    }
  }
  return seen;
}

/** Whether something stands between the surface and the light of `incidence`. */
function isHidden(bvh: Bvh, surface: Surface, { ray, hit, incidence }: ShadowProbe): boolean {
  ray.origin.set(surface.shadowOrigin);
  ray.direction.set(incidence.path);
  ray.most = incidence.reach;
  aimRay(ray);
  return isBlocked(bvh, ray, hit);
}
