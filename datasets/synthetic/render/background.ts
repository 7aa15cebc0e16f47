/** Paints what is behind the head, out of focus: a wall, a gradient, soft shapes, or a rough texture. */

import { createRandom } from "rerenderable";
import { fractalNoise, mix, smoothstep } from "../detail/noise.js";

type Rgb = readonly [number, number, number];

export const backgroundKinds = ["gradient", "blobs", "wall", "room"] as const;

export interface BackgroundParameters {
  readonly kind: (typeof backgroundKinds)[number];
  readonly seed: number;
  /** Encoded sRGB. */
  readonly colours: readonly [Rgb, Rgb];
}

/** @returns encoded sRGB, [S, S, 3] */
export function paintBackground({ kind, seed, colours }: BackgroundParameters, size: number): Float32Array {
  const random = createRandom(seed);
  const shade = painters[kind](random.fork("background"), seed);
  const out = new Float32Array(3 * size * size);
  for (let p = 0; p < size * size; p++) {
    const [x, y] = [((p % size) + 0.5) / size, (Math.floor(p / size) + 0.5) / size];
    const [share, bright] = shade(x, y);
    for (let k = 0; k < 3; k++) {
      out[3 * p + k] = Math.min(Math.max(mix(colours[0][k], colours[1][k], share) * bright, 0), 1);
    }
  }
  return out;
}

/** The mixture of the two colours and a factor of brightness, at a place in 0 to 1. */
type Shade = (x: number, y: number) => readonly [share: number, bright: number];
type Painter = (random: ReturnType<typeof createRandom>, seed: number) => Shade;

const painters: Readonly<Record<BackgroundParameters["kind"], Painter>> = {
  gradient(random) {
    const turn = 6.28 * random.uniform();
    const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
    const centre = random.uniform() < 0.5;
    return (x, y) => {
      const t = centre ? 1.6 * Math.hypot(x - 0.5, y - 0.45) : 0.5 + 0.7 * ((x - 0.5) * dx + (y - 0.5) * dy);
      return [smoothstep(0, 1, t), 1];
    };
  },
  blobs(random) {
    const blobs = Array.from({ length: 14 }, () => {
      const [x, y] = [1.2 * random.uniform() - 0.1, 1.2 * random.uniform() - 0.1];
      return { x, y, radius: 0.05 + 0.13 * random.uniform(), bright: 0.25 + 0.75 * random.uniform() ** 2 };
    });
    return (x, y) => {
      let [share, glow] = [0.5 * y, 1];
      for (const blob of blobs) {
        const inside = smoothstep(blob.radius, 0.72 * blob.radius, Math.hypot(x - blob.x, y - blob.y));
        share = mix(share, 1 - share, 0.25 * inside);
        glow += 0.55 * blob.bright * inside;
      }
      return [share, glow];
    };
  },
  wall(random, seed) {
    const rough = fractalNoise(seed + 3, 5, 0.6);
    const light = [random.uniform(), 0.6 * random.uniform()];
    return (x, y) => [
      0.5 + 0.5 * rough(3 * x, 3 * y),
      (1.12 - 0.5 * Math.hypot(x - light[0], y - light[1])) * (1 + 0.05 * rough(24 * x, 24 * y)),
    ];
  },
  room(random) {
    // Upright and level edges, far out of focus.
    const edges = Array.from({ length: 5 }, () => ({
      upright: random.uniform() < 0.65,
      at: random.uniform(),
      step: 0.9 * (random.uniform() - 0.5),
      soft: 0.015 + 0.05 * random.uniform(),
    }));
    return (x, y) => {
      let [share, bright] = [0.4, 1];
      for (const { upright, at, step, soft } of edges) {
        const past = smoothstep(at - soft, at + soft, upright ? x : y);
        share += step * past;
        bright += 0.35 * step * past;
      }
      return [Math.min(Math.max(share, 0), 1), bright];
    };
  },
};
