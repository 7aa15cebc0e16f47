/** The styles of hair: how it is cut and combed. */
import { smoothstep } from "../detail/noise.js";

type Rgb = readonly [number, number, number];

export const hairStyles = ["buzz", "short", "parted", "back", "fringe", "long", "curly"] as const;
export type HairStyle = (typeof hairStyles)[number];

export interface HairParameters {
  readonly style: HairStyle;
  readonly seed: number;
  /** Encoded sRGB. */
  readonly colour: Rgb;
  /** The factor of the style's own length. */
  readonly length: number;
  /** Where the hair parts, the viewer's left −1 to right 1. */
  readonly part: number;
  /** How much of the hair may hang before the face, 0 to 1. */
  readonly overFace: number;
  /** How far the hairline has gone back, 0 to 1. */
  readonly receding: number;
}

export interface StyleOf {
  readonly strands: number;
  readonly segments: number;
  readonly length: number;
  readonly width: number;
  /** How far up from the scalp strands start, 0 along it to 1 straight out. */
  readonly lift: number;
  /** How strongly strands are held down where they should lie, 0 to 1 a step. */
  readonly hold: number;
  readonly gravity: number;
  readonly curl: number;
  /** How far strands lie above the scalp, 10 cm. */
  readonly volume: number;
}

// biome-ignore format: a table
export const styles: Readonly<Record<HairStyle, StyleOf>> = {
  buzz: { strands: 9000, segments: 2, length: 0.05, width: 0.007, lift: 0.3, hold: 0, gravity: 0, curl: 0, volume: 0.004 },
  short: { strands: 7000, segments: 5, length: 0.36, width: 0.0095, lift: 0.3, hold: 0.3, gravity: 0.3, curl: 0.25, volume: 0.06 },
  parted: { strands: 7000, segments: 8, length: 0.85, width: 0.0105, lift: 0.22, hold: 0.45, gravity: 0.8, curl: 0.12, volume: 0.1 },
  back: { strands: 6000, segments: 9, length: 1.25, width: 0.011, lift: 0.06, hold: 0.7, gravity: 0.2, curl: 0.05, volume: 0.05 },
  fringe: { strands: 7000, segments: 9, length: 0.95, width: 0.0105, lift: 0.16, hold: 0.45, gravity: 1.2, curl: 0.1, volume: 0.09 },
  long: { strands: 6500, segments: 16, length: 2.6, width: 0.012, lift: 0.16, hold: 0.35, gravity: 1.6, curl: 0.12, volume: 0.1 },
  curly: { strands: 7500, segments: 12, length: 0.8, width: 0.0105, lift: 0.6, hold: 0.12, gravity: 0.5, curl: 2.4, volume: 0.2 },
};

/** The styles whose hair may hang before the face. */
const mayHang: readonly HairStyle[] = ["parted", "fringe", "long", "curly"];

/** The length at a place: shorter toward nape and temples, unless hair is long everywhere. */
export function lengthAt([, y, z]: readonly number[], style: HairStyle): number {
  if (style === "long" || style === "curly" || style === "buzz") return 1;
  const least = style === "parted" || style === "fringe" ? 0.16 : 0.06;
  return least + (1 - least) * smoothstep(0.18, 0.8, y + 0.12 * Math.min(z, 0));
}

/** Whether a strand hangs where the style has no hair: before the face, or below the nape. */
export function strays(points: Float64Array, style: HairStyle): boolean {
  for (let i = 0; i < points.length; i += 3) {
    if (!mayHang.includes(style) && points[i + 1] < 0.72 && points[i + 2] > -0.15) return true;
    if (style !== "long" && style !== "curly" && points[i + 1] < -0.5) return true;
  }
  return false;
}

/** The first point that hangs before the eyes or below, 0 if none does. */
export function beforeFace(points: Float64Array): number {
  for (let i = 3; i < points.length; i += 3) {
    const low = points[i + 1] < 0.36 + 0.03 * Math.sin(40 * points[i]);
    if (low && points[i + 2] > -0.05 && Math.abs(points[i]) < 0.6) return i / 3;
  }
  return 0;
}

/** The direction in which the comb draws a strand from its root. */
export function combed([x, y, z]: readonly number[], { style, part }: HairParameters): number[] {
  const side = x < 0.45 * part ? -1 : 1;
  const front = smoothstep(-0.7, 0, z);
  if (y < 0.25 && style !== "long") return [0.2 * x, -1, -0.3];
  if (style === "back") return [0.15 * x, 0.1, -1];
  if (style === "fringe") return [0.4 * x, y > 0.9 ? 0.1 : -0.6, front > 0.15 ? 1 : -0.3];
  if (style === "parted") return [side * (0.9 - 0.3 * front), -0.1, 0.35 - 0.9 * (1 - front)];
  if (style === "long") return [side * 1, -0.2, -0.25 - 0.4 * (1 - front)];
  if (style === "short") return [0.5 * side, -0.15, 0.6 * front - 0.5 * (1 - front)];
  return [0.3 * x, -0.2, 0.2];
}
