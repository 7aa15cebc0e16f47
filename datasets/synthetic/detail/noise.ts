/** Smooth random fields over the plane, decided by a whole number. */

export type Field = (x: number, y: number) => number;

/** Interpolated random values on a unit lattice, about −1 to 1. */
export function valueNoise(seed: number): Field {
  return (x, y) => {
    const i = Math.floor(x);
    const j = Math.floor(y);
    const p = fade(x - i);
    const top = mix(hash(seed, i, j), hash(seed, i + 1, j), p);
    const base = mix(hash(seed, i, j + 1), hash(seed, i + 1, j + 1), p);
    return 2 * mix(top, base, fade(y - j)) - 1;
  };
}

/** A sum of fields, each of half the size and `gain` times the strength of the one before; about −1 to 1. */
export function fractalNoise(seed: number, octaves: number, gain = 0.5): Field {
  const fields = Array.from({ length: octaves }, (_, i) => valueNoise(seed + 101 * i));
  const gains = fields.map((_, i) => gain ** i);
  const total = gains.reduce((sum, value) => sum + value, 0);
  return (x, y) => {
    let sum = 0;
    for (let i = 0, scale = 1; i < fields.length; i++, scale *= 2)
      sum += gains[i] * fields[i](x * scale, y * scale);
    return sum / total;
  };
}

/** The distance to the nearest of points that are scattered, one in each unit cell: 0 at a point, about 1 at most. */
export function cellNoise(seed: number): Field {
  return (x, y) => {
    const [i, j] = [Math.floor(x), Math.floor(y)];
    let nearest = 4;
    for (let b = j - 1; b <= j + 1; b++) {
      for (let a = i - 1; a <= i + 1; a++) {
        const dx = a + hash(seed, a, b) - x;
        const dy = b + hash(seed + 7, a, b) - y;
        nearest = Math.min(nearest, dx * dx + dy * dy);
      }
    }
    return Math.sqrt(nearest);
  };
}

/** @returns 0 to 1, the same for the same numbers */
export function hash(seed: number, i: number, j: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(i, 0x27d4eb2d) ^ Math.imul(j, 0x165667b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

function fade(t: number): number {
  return t * t * t * (t * (6 * t - 15) + 10);
}

export function mix(a: number, b: number, share: number): number {
  return a + share * (b - a);
}

export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(Math.max((x - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
}

export function gauss(a: number, b = 0): number {
  return Math.exp(-0.5 * (a * a + b * b));
}
