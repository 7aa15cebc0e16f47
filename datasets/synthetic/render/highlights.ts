/** Light mirrored by skin, eyes, hair and frames. */
import { type SpecularLobe, specularReflection } from "rerenderable/graphics";
import type { SoftSource } from "../light/surroundings.js";

/** The kinds of surfaces that mirror light. */
export type Gloss = "skin" | "eye" | "wet" | "plastic" | "hair" | "none";

/** A source with the lobes that its width has widened. */
export interface ShiningSource extends SoftSource {
  readonly lobes: Readonly<Record<"skin" | "wet" | "plastic", readonly SpecularLobe[]>>;
}

/** @param oiliness 0 to 1 */
export function shiningSource(source: SoftSource, oiliness: number): ShiningSource {
  const widened = (lobes: readonly SpecularLobe[]) =>
    lobes.map((lobe) => ({
      ...lobe,
      roughness: Math.min(Math.sqrt(lobe.roughness ** 2 + 0.3 * source.radius), 1),
    }));
  return {
    ...source,
    lobes: {
      // Skin mirrors 2.8 % head-on. It has two lobes, as its fine grain needs (d'Eon and Luebke 2007).
      skin: widened([
        { roughness: 0.6, reflectance: 0.028, strength: 0.9 },
        { roughness: 0.36, reflectance: 0.028, strength: 0.3 + 0.6 * oiliness },
      ]),
      wet: widened([{ roughness: 0.3, reflectance: 0.03, strength: 0.8 }]),
      plastic: widened([{ roughness: 0.35, reflectance: 0.05 }]),
    },
  };
}

/**
 * The light that a surface mirrors of a source of colour 1.
 * @param normal a unit normal; for a hair, its direction
 * @param view unit, toward the camera
 */
export function mirroredBy(
  source: ShiningSource,
  gloss: Gloss,
  normal: Float64Array,
  view: Float64Array,
): number {
  if (gloss === "none") return 0;
  if (gloss === "hair") return mirroredByHair(source, normal, view);
  if (gloss === "eye") return mirroredInEye(source, normal, view);
  const { direction } = source;
  const cosine = normal[0] * direction[0] + normal[1] * direction[1] + normal[2] * direction[2];
  if (cosine <= 0) return 0;
  const lobes = source.lobes[gloss];
  let sum = 0;
  for (let i = 0; i < lobes.length; i++) sum += specularReflection(lobes[i], normal, direction, view);
  return Math.PI * sum * cosine;
}

/** The light that a wet eye mirrors of a source: its sharp picture. */
function mirroredInEye({ direction, radius }: SoftSource, normal: Float64Array, view: Float64Array): number {
  const nv = normal[0] * view[0] + normal[1] * view[1] + normal[2] * view[2];
  let along = 0;
  for (let k = 0; k < 3; k++) along += direction[k] * (2 * nv * normal[k] - view[k]);
  // An eyeball is small: a mirrored source is drawn no smaller than this.
  const half = Math.max(radius, 0.16);
  const away = Math.acos(Math.min(Math.max(along, -1), 1));
  if (away > 1.15 * half) return 0;
  const fresnel = 0.035 + 0.965 * (1 - Math.max(nv, 0)) ** 5;
  const solid = Math.PI * Math.sin(Math.min(half, 1.5)) ** 2;
  // Radiance over π is colour over the solid angle.
  return ((Math.PI * fresnel) / solid) * Math.min(1, (1.15 * half - away) / (0.3 * half));
}

/** Two highlights across a strand (Kajiya and Kay 1989, shifted as by Scheuermann 2004). */
function mirroredByHair(
  { direction, radius }: SoftSource,
  tangent: Float64Array,
  view: Float64Array,
): number {
  const [x, y, z] = [direction[0] + view[0], direction[1] + view[1], direction[2] + view[2]];
  const length = Math.sqrt(x * x + y * y + z * z) || 1;
  const along = (tangent[0] * x + tangent[1] * y + tangent[2] * z) / length;
  const spread = 0.5 / (1 + 2 * radius);
  const first = Math.max(0, 1 - (along + 0.1) ** 2) ** (90 * spread);
  const second = Math.max(0, 1 - (along - 0.1) ** 2) ** (30 * spread);
  return 0.014 * first + 0.02 * second;
}
