/** The places of the mean face's features, as masks over its positions in the package's frame. */
import type { AlbedoMesh } from "./albedo-mesh.js";

type Rgb = readonly [number, number, number];
export type Point = readonly [x: number, y: number, z: number];

/** A change of colour where a mask is. */
export function tint(mesh: AlbedoMesh, mask: (p: Point) => number, change: Rgb): Float64Array {
  const mode = new Float64Array(mesh.positions.length);
  for (let v = 0; v < mesh.part.length; v++) {
    const weight = mask([mesh.positions[3 * v], mesh.positions[3 * v + 1], mesh.positions[3 * v + 2]]);
    for (let k = 0; k < 3; k++) mode[3 * v + k] = weight * change[k];
  }
  return mode;
}

export const gauss = (...deviations: number[]) =>
  Math.exp(-0.5 * deviations.reduce((sum, d) => sum + d * d, 0));
export const smoothstep = (low: number, high: number, x: number) => {
  const t = Math.min(Math.max((x - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
};

/** Lips: an almond around the line where they meet; positions are those of the mean face. */
export function lipMask([x, y, z]: Point): number {
  if (z < 1.2) return 0;
  const across = Math.min(Math.abs(x) / 0.27, 1);
  const half = 0.105 * Math.sqrt(1 - across * across) + 1e-6;
  return 1 - smoothstep(0.75, 1.15, Math.abs(y - 6.655) / half);
}

/** An eyebrow's density: kind 0 whole, 1 inner part, 2 higher, 3 tail, 4 a narrow core without its flanks. */
export function brow([x, y, z]: Point, kind: number): number {
  if (z < 0.8) return 0;
  const t = (Math.abs(x) - 0.1) / 0.44;
  if (t < -0.1 || t > 1.1) return 0;
  const centre = 7.49 + 0.085 * Math.sin(Math.PI * 0.8 * Math.min(Math.max(t, 0), 1) ** 0.9) - 0.05 * t * t;
  const half =
    0.042 * (1 - 0.55 * Math.max(t, 0)) * smoothstep(-0.1, 0.12, t) * (1 - smoothstep(0.9, 1.1, t)) + 1e-6;
  const across = (y - centre) / half;
  const whole = gauss(across * 1.1);
  if (kind === 1) return whole * (1 - smoothstep(0.15, 0.5, t));
  if (kind === 2) return gauss((across - 1.2) * 1.2) - gauss((across + 1.2) * 1.2);
  if (kind === 3) return whole * smoothstep(0.5, 0.85, t);
  if (kind === 4) return gauss(across * 2.2) - 0.6 * gauss((Math.abs(across) - 1) * 2.2);
  return whole;
}

export const browTint = (kind: number): Rgb => (kind === 2 ? [-0.08, -0.08, -0.07] : [-0.16, -0.15, -0.13]);

/** Beard shadow: kind 0 moustache and chin, 1 jaw and cheeks, 2 whole lower face. */
export function beard([x, y, z]: Point, kind: number): number {
  const moustache = gauss((y - 6.8) / 0.05, x / 0.2) * (z > 1.1 ? 1 : 0);
  const chin = gauss((y - 6.36) / 0.12, x / 0.25) * (1 - lipMask([x, y, z]));
  const jaw = smoothstep(6.75 + 0.35 * Math.max(0, Math.abs(x) - 0.45), 6.5, y) * (1 - lipMask([x, y, z]));
  if (kind === 0) return Math.min(moustache + chin, 1);
  if (kind === 1) return Math.max(jaw - chin, 0);
  return Math.max(jaw, moustache);
}

export function eyeSurround([x, y]: Point): number {
  return gauss((Math.abs(x) - 0.31) / 0.16, (y - 7.2) / 0.09);
}
