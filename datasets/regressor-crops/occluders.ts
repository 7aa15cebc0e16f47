/**
 * Patches that hide parts of a cheaply rendered face, instead of hair, hands and glasses: hidden pixels are not skin.
 */
import type { Random } from "rerenderable";
import { fractalNoise } from "../synthetic/detail/noise.js";

/** The share of faces that have any patch, and of those the share with hair over the forehead. */
const shares = { patches: 0.4, fringe: 0.5 } as const;

/**
 * @param image encoded sRGB, [S, S, 3], painted over
 * @param mask the mask, [S, S]; it becomes 0 under a patch
 */
export function occlude(image: Float32Array, mask: Uint8Array, side: number, random: Random): void {
  const fringe = random.uniform() < shares.fringe;
  const patches = random.uniform() < shares.patches ? 1 + random.integer(2) : 0;
  const ellipses = Array.from({ length: patches }, () => {
    const turn = 6.28 * random.uniform();
    const radius = 0.12 + 0.1 * random.uniform();
    // Most stand at the rim of the face and reach into it.
    const out = 0.22 + 0.25 * random.uniform();
    return {
      centre: [0.5 + out * Math.cos(turn), 0.52 + 1.2 * out * Math.sin(turn)] as const,
      axes: [radius, radius * (0.4 + 0.9 * random.uniform())] as const,
      turn: 3.14 * random.uniform(),
    };
  });
  for (const { centre, axes, turn } of ellipses) {
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    paint(image, mask, side, random, (x, y) => {
      const [u, v] = [x - centre[0], y - centre[1]];
      return Math.hypot((cos * u + sin * v) / axes[0], (cos * v - sin * u) / axes[1]) < 1;
    });
  }
  if (!fringe) return;
  const [level, slope, bend] = [
    0.1 + 0.18 * random.uniform(),
    0.5 * random.uniform() - 0.25,
    0.9 * random.uniform(),
  ];
  const rough = fractalNoise(random.integer(1e6), 3, 0.6);
  paint(image, mask, side, random, (x, y) => {
    const edge = level + slope * (x - 0.5) + bend * Math.max(0, Math.abs(x - 0.5) - 0.2) * 2;
    return y < edge + 0.03 * rough(12 * x, 2);
  });
}

function paint(
  image: Float32Array,
  mask: Uint8Array,
  side: number,
  random: Random,
  inside: (x: number, y: number) => boolean,
): void {
  const bright = random.uniform() ** 2;
  const colour = [0, 1, 2].map((k) => bright * (1 - 0.15 * k * random.uniform()));
  const streaks = fractalNoise(random.integer(1e6), 4, 0.7);
  const [along, across] = random.uniform() < 0.5 ? [4, 40] : [16, 16];
  const contrast = 0.4 * random.uniform();
  for (let p = 0; p < side * side; p++) {
    const [x, y] = [((p % side) + 0.5) / side, (Math.floor(p / side) + 0.5) / side];
    if (!inside(x, y)) continue;
    const shade = 1 + contrast * streaks(across * x, along * y);
    for (let k = 0; k < 3; k++) image[3 * p + k] = Math.min(Math.max(colour[k] * shade, 0), 1);
    mask[p] = 0;
  }
}
