/**
 * A glossy reflection: microfacets of the GGX distribution (Walter et al. 2007) with Smith's height-correlated
 * masking (Heitz 2014) and Schlick's Fresnel term. For unit vectors n, l toward the light, v toward the viewer, h
 * between l and v:
 *
 *     f = strength D V F
 *     D = α² / (π ((n·h)² (α² − 1) + 1)²)                                       α = roughness²
 *     V = 1 / (2 (n·l √(α² + (1 − α²)(n·v)²) + n·v √(α² + (1 − α²)(n·l)²)))
 *     F = F₀ + (1 − F₀)(1 − v·h)⁵                                               F₀ = reflectance
 *
 * With strength 1 it sends back at most the light that comes: `∫ f n·l dω ≤ 1` from every side and for every
 * roughness. Light that facets throw onto each other is lost: head-on 3 % at roughness 0.4, 30 % at 0.7. The diffuse
 * part does not lose the light that is mirrored: it is the albedo's, as in Eq. 3.
 */

export interface SpecularLobe {
  /** Width of the highlight, above 0 to 1; skin is about 0.4. */
  readonly roughness: number;
  /** The share of light that is mirrored head-on, 0 to 1; 0.04 by default, about 0.028 for skin. */
  readonly reflectance?: number;
  /** Factor of the whole; 1 by default. */
  readonly strength?: number;
}

/** @throws one line that names the caller, if a number is out of its range */
export function checkLobe(caller: string, { roughness, reflectance = 0, strength = 1 }: SpecularLobe): void {
  if (!(roughness > 0 && roughness <= 1)) {
    throw new Error(`${caller}: \`specular.roughness\` should be above 0, at most 1, but is ${roughness}.`);
  }
  if (!(reflectance >= 0 && reflectance <= 1)) {
    throw new Error(`${caller}: \`specular.reflectance\` should be in 0 to 1 but is ${reflectance}.`);
  }
  if (!(strength >= 0 && strength < Infinity)) {
    throw new Error(`${caller}: \`specular.strength\` should be a number from 0 but is ${strength}.`);
  }
}

/**
 * The reflectance distribution f, per steradian.
 * @param normal,toward,view unit: n, l and v
 * @returns 0 where light or viewer is behind the surface
 */
export function specularReflection(
  { roughness, reflectance = 0.04, strength = 1 }: SpecularLobe,
  normal: ArrayLike<number>,
  toward: ArrayLike<number>,
  view: ArrayLike<number>,
): number {
  const nl = dot(normal, toward);
  const nv = dot(normal, view);
  if (!(nl > 0 && nv > 0)) return 0;
  // |l + v|² = 2 + 2 l·v, and v·h = |l + v| / 2.
  const middle = Math.sqrt(2 + 2 * dot(toward, view));
  const nh = Math.min((nl + nv) / middle, 1);
  const squared = roughness ** 4;
  const spread = squared / (Math.PI * (nh * nh * (squared - 1) + 1) ** 2);
  const masking =
    nl * Math.sqrt(squared + (1 - squared) * nv * nv) + nv * Math.sqrt(squared + (1 - squared) * nl * nl);
  const fresnel = reflectance + (1 - reflectance) * (1 - middle / 2) ** 5;
  return (strength * spread * fresnel) / (2 * masking);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
