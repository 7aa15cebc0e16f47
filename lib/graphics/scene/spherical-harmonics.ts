/**
 * The spherical harmonics of the paper's Eq. 3, on which light and shading agree.
 *
 * A light is 27 numbers, 3 colours × 9 bands, colour-major. A surface with unit normal `n` is shaded, in each
 * colour, by `Σ_b light[b] Φ_b(n)`. `Φ_b = A_l Y_b`: the real harmonic `Y_b`, all signs positive, in the order
 * `[1, y, z, x, xy, yz, 3z²−1, xz, x²−y²]`, times the Lambertian factor `A_l = π, 2π/3, π/4` of its order `l`
 * (Ramamoorthi and Hanrahan 2001). So `Φ_b(n)` is `Y_b` integrated under the cosine lobe around `n`, and the light's
 * own numbers are the plain harmonic coefficients of its radiance. There are no hidden offsets.
 */

export const bandCount = 9;
export const lightSize = 3 * bandCount;

/** Order `l` of each of the nine bands. */
export const bandOrder = [0, 1, 1, 1, 2, 2, 2, 2, 2] as const;

/** The place of each band, named by its polynomial. */
export const bandPlace = { one: 0, y: 1, z: 2, x: 3, xy: 4, yz: 5, polar: 6, xz: 7, equatorial: 8 } as const;

/** The factor `A_l` that the cosine lobe leaves of order `l`. */
export const lambertFactors = [Math.PI, (2 * Math.PI) / 3, Math.PI / 4] as const;

/** Factors of the polynomials in `Φ_b`, Lambertian factors included; named by the polynomial. */
export const shFactors = {
  /** 1: 0.886227 */
  one: Math.PI * Math.sqrt(1 / (4 * Math.PI)),
  /** y, z, x: 1.023327 */
  linear: ((2 * Math.PI) / 3) * Math.sqrt(3 / (4 * Math.PI)),
  /** xy, yz, xz: 0.858086 */
  mixed: (Math.PI / 4) * Math.sqrt(15 / (4 * Math.PI)),
  /** 3z²−1: 0.247708 */
  polar: (Math.PI / 4) * Math.sqrt(5 / (16 * Math.PI)),
  /** x²−y²: 0.429043 */
  equatorial: (Math.PI / 4) * Math.sqrt(15 / (16 * Math.PI)),
} as const;

/**
 * The nine values `Φ_b(n)`.
 * @param x,y,z unit normal: x right, y up, z toward the viewer
 */
export function shBasis(x: number, y: number, z: number): number[] {
  const { one, linear, mixed, polar, equatorial } = shFactors;
  return [
    one,
    linear * y,
    linear * z,
    linear * x,
    mixed * x * y,
    mixed * y * z,
    polar * (3 * z * z - 1),
    mixed * x * z,
    equatorial * (x * x - y * y),
  ];
}

/** The neutral light: shading 1 in every colour and for every normal, so that a picture shows the albedo itself. */
export const ambientWhite: readonly number[] = Array.from({ length: lightSize }, (_, i) =>
  i % bandCount === 0 ? 1 / shFactors.one : 0,
);
