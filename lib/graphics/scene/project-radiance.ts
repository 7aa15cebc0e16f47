/**
 * Projects an equirectangular picture onto the nine harmonics: `∫ L(ω) Y_b(ω) dω`.
 *
 * A pixel's value holds over its whole patch of the sphere, and the polynomial of each `Y_b` is integrated over that
 * patch in closed form (a product of an integral over the row's angles and one over the column's). So a constant
 * picture has no harmonics above order 0 whatever its resolution, the solid angles add to 4π to rounding, and a
 * picture turned by whole columns has exactly turned harmonics.
 */
import type { EnvironmentMap } from "./environment-map.js";
import { bandCount, bandOrder, lambertFactors, lightSize, shFactors } from "./spherical-harmonics.js";

const { one, linear, mixed, polar, equatorial } = shFactors;
/** The factors of the polynomials in the plain `Y_b`. */
const plainFactors = [one, linear, linear, linear, mixed, mixed, polar, mixed, equatorial].map(
  (factor, b) => factor / lambertFactors[bandOrder[b]],
);

/** The number of integrals over a column's angles `a` that the polynomials need: of 1, cos, sin, cos², sin cos. */
const columnTerms = 5;

/** @returns 27 numbers, colour-major, each `∫ L Y_b dω` */
export function projectRadiance({ width, height, data, front }: EnvironmentMap): number[] {
  if (!(width > 0 && height > 0) || data.length !== 3 * width * height) {
    throw new Error(
      `projectRadiance: \`map.data\` should have ${height} x ${width} x 3 values but has ${data.length}.`,
    );
  }
  const columns = columnIntegrals(width, front);
  const sums = new Array<number>(lightSize).fill(0);
  const row = new Float64Array(columnTerms);
  for (let y = 0; y < height; y++) {
    const angles = rowIntegrals((Math.PI * y) / height, (Math.PI * (y + 1)) / height);
    for (let c = 0; c < 3; c++) {
      row.fill(0);
      for (let x = 0, i = 3 * y * width + c, k = 0; x < width; x++, i += 3) {
        for (let term = 0; term < columnTerms; term++, k++) row[term] += data[i] * columns[k];
      }
      addRow(sums, c * bandCount, angles, row);
    }
  }
  return sums.map((sum, i) => sum * plainFactors[i % bandCount]);
}

/** Adds the share of one row to the nine integrals, with x = −sin θ sin a, y = cos θ, z = sin θ cos a. */
function addRow(sums: number[], at: number, angles: readonly number[], row: Float64Array): void {
  const [s, sc, ss, ssc, scc, sss] = angles;
  const [whole, cos, sin, cosCos, sinCos] = row;
  sums[at] += s * whole;
  sums[at + 1] += sc * whole; // y
  sums[at + 2] += ss * cos; // z
  sums[at + 3] -= ss * sin; // x
  sums[at + 4] -= ssc * sin; // xy
  sums[at + 5] += ssc * cos; // yz
  sums[at + 6] += 3 * sss * cosCos - s * whole; // 3z² − 1
  sums[at + 7] -= sss * sinCos; // xz
  sums[at + 8] += sss * (whole - cosCos) - scc * whole; // x² − y²
}

/** Integrals over θ of sin, sin cos, sin², sin² cos, sin cos², sin³; one factor sin of each is the sphere's area. */
function rowIntegrals(from: number, to: number): number[] {
  const [c0, c1, s0, s1] = [Math.cos(from), Math.cos(to), Math.sin(from), Math.sin(to)];
  const [s, scc] = [c0 - c1, (c0 ** 3 - c1 ** 3) / 3];
  const ss = (to - from - (s1 * c1 - s0 * c0)) / 2;
  return [s, (s1 ** 2 - s0 ** 2) / 2, ss, (s1 ** 3 - s0 ** 3) / 3, scc, s - scc];
}

/** For each column, `columnTerms` integrals. */
function columnIntegrals(width: number, front: number): Float64Array {
  const integrals = new Float64Array(columnTerms * width);
  for (let x = 0; x < width; x++) {
    const [from, to] = [x, x + 1].map((edge) => 2 * Math.PI * (edge / width - front));
    const [c0, c1, s0, s1] = [Math.cos(from), Math.cos(to), Math.sin(from), Math.sin(to)];
    const cosCos = (to - from + (s1 * c1 - s0 * c0)) / 2;
    integrals.set([to - from, s1 - s0, c0 - c1, cosCos, (s1 ** 2 - s0 ** 2) / 2], columnTerms * x);
  }
  return integrals;
}
