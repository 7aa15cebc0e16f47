/**
 * Draws creases of skin along the lines where faces fold: on the forehead, between the brows, at the outer corners of
 * the eyes (crow's feet), under the eyes, and around the mouth.
 */
import type { Random } from "rerenderable";
import { aroundPoint, type FaceCanvas, haemoglobin, melanin, stainTexel } from "./canvas.js";
import { curve, mirrored, type UvPoint } from "./uv-points.js";

interface Crease {
  readonly points: readonly UvPoint[];
  /** The depth in millimetres. */
  readonly depth: number;
  /** Half width on the map. */
  readonly width: number;
}

/** @param age 0 to 1: depth and number @param relief how many times as deep */
export function paintWrinkles(canvas: FaceCanvas, age: number, random: Random, relief = 1): void {
  const groove = new Float32Array(canvas.height.length);
  for (const crease of [...foldsOfAll(age, random), ...foldsOfAge(age, random)])
    cut(canvas, { ...crease, depth: relief * crease.depth }, groove, random);
  for (let p = 0; p < groove.length; p++) {
    if (groove[p] === 0 || !canvas.map.skin[p]) continue;
    canvas.height[p] -= groove[p];
    stainTexel(canvas, p, melanin, 0.1 * groove[p]);
    stainTexel(canvas, p, haemoglobin, 0.1 * groove[p]);
  }
}

/** Draws the folds that every face has to some degree. */
function foldsOfAll(age: number, random: Random): Crease[] {
  const shift = () => 0.006 * random.normal();
  return sides.flatMap((side) => {
    const nasolabial: UvPoint[] = [
      [0.428 + shift(), 0.495],
      [0.4 + shift(), 0.545],
      [0.372 + shift(), 0.61],
      [0.36 + shift(), 0.665],
    ];
    const lid: UvPoint[] = [
      [0.3, 0.325],
      [0.325, 0.304],
      [0.352, 0.3],
      [0.374, 0.322],
    ];
    return [
      {
        points: nasolabial.map(side),
        depth: (0.12 + 0.5 * age) * (0.7 + 0.6 * random.uniform()),
        width: 0.0065,
      },
      { points: lid.map(side), depth: 0.22 + 0.2 * age, width: 0.0035 },
    ];
  });
}

function foldsOfAge(age: number, random: Random): Crease[] {
  const strength = Math.max(0, age - 0.15) / 0.85;
  const creases: Crease[] = [];
  const add = (points: readonly UvPoint[], depth: number, width: number) =>
    creases.push({ points, depth: depth * strength * (0.5 + random.uniform()), width });
  const lines = 2 + random.integer(3);
  for (let i = 0; i < lines; i++) {
    const v = 0.075 + (0.11 * (i + 0.3 * random.normal())) / lines;
    const [from, to] = [0.27 + 0.08 * random.uniform(), 0.73 - 0.08 * random.uniform()];
    const points = Array.from({ length: 9 }, (_, n): UvPoint => {
      const u = from + ((to - from) * n) / 8;
      return [
        u,
        v + 0.014 * Math.cos(4 * Math.PI * (u - 0.5)) + 0.003 * random.normal() + 0.12 * (u - 0.5) ** 2,
      ];
    });
    add(points, 0.3, 0.004);
  }
  for (const side of sides) {
    const frown = 0.475 + 0.008 * random.normal();
    add([[frown, 0.285], [frown - 0.004, 0.25], [frown - 0.008, 0.215]].map((p) => side(p as unknown as UvPoint)), 0.3, 0.004); // biome-ignore format: a line
    for (let i = 0; i < 4; i++) {
      const angle = -0.75 + 0.42 * i + 0.1 * random.normal();
      const length = 0.035 + 0.03 * random.uniform();
      const start: UvPoint = [0.284, 0.343 + 0.007 * (i - 1.5)];
      const middle: UvPoint = [start[0] - 0.5 * length, start[1] + 0.42 * length * angle];
      const end: UvPoint = [start[0] - length, start[1] + 0.95 * length * angle];
      add([start, middle, end].map(side), 0.22, 0.003);
    }
    for (let i = 0; i < 2; i++) {
      const v = 0.372 + 0.02 * i + 0.003 * random.normal();
      add(([[0.382, v - 0.004], [0.35, v + 0.008], [0.315, v + 0.006]] as UvPoint[]).map(side), 0.18, 0.004); // biome-ignore format: a line
    }
    add(([[0.388, 0.672], [0.378, 0.71], [0.374, 0.745]] as UvPoint[]).map(side), 0.3, 0.005); // biome-ignore format: a line
    for (let i = 0; i < 4; i++) {
      const u = 0.43 + 0.018 * i + 0.004 * random.normal();
      add(([[u, 0.572 - 0.004 * i], [u - 0.002, 0.545 - 0.004 * i]] as UvPoint[]).map(side), 0.12, 0.0022); // biome-ignore format: a line
    }
  }
  return creases;
}

const sides = [(point: UvPoint): UvPoint => point, mirrored];

/** Presses a crease into the groove map: deepest in its middle, fading at its ends, uneven along it. */
function cut(
  canvas: FaceCanvas,
  { points, depth, width }: Crease,
  groove: Float32Array,
  random: Random,
): void {
  if (depth < 0.01) return;
  const line = curve(points, 40 * (points.length - 1));
  const waves = Array.from({ length: 3 }, () => [random.uniform() * 6.28, 2 + 5 * random.uniform()] as const);
  line.forEach((point, n) => {
    const t = n / (line.length - 1);
    const uneven = waves.reduce((sum, [phase, rate]) => sum + Math.sin(phase + 6.28 * rate * t), 0) / 3;
    const strength = depth * Math.sin(Math.PI * (0.04 + 0.92 * t)) ** 0.7 * (0.8 + 0.35 * uneven);
    aroundPoint(canvas, point, 2.5 * width, (p, du, dv) => {
      const value = strength * Math.exp(-(du * du + dv * dv) / (width * width));
      if (value > groove[p]) groove[p] = value;
    });
  });
}
