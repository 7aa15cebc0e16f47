/** Where hair grows on the head, and places drawn from there. */
import type { Random } from "rerenderable";
import { smoothstep } from "../detail/noise.js";

/**
 * How much hair grows at a place of the resting head, 0 to 1: inside the hairline over brow, temples, ears and nape.
 */
export function scalpDensity(x: number, y: number, z: number, receding: number): number {
  const turn = (Math.atan2(Math.abs(x), z + 0.75) * 180) / Math.PI;
  const line = piecewise(turn, [[0, 0.84 + 0.5 * receding], [25, 0.83 + 0.75 * receding], [45, 0.7 + 0.8 * receding], [58, 0.5 + 0.4 * receding], [68, 0.3], [80, 0.14], [90, 0.3], [104, 0.34], [120, 0.1], [140, -0.2], [180, -0.32]]); // biome-ignore format: a line
  return smoothstep(-0.04, 0.05, y - line);
}

function piecewise(x: number, knots: readonly (readonly [number, number])[]): number {
  const i = knots.findIndex(([end]) => x <= end);
  if (i <= 0) return knots[Math.max(i, 0)][1];
  const [[a, p], [b, q]] = [knots[i - 1], knots[i]];
  return p + ((x - a) / (b - a)) * (q - p);
}

/** Draws places on the scalp, evenly over its area. */
export function rootSampler(rest: Float32Array, triangles: Int32Array, receding: number) {
  const sums = new Float64Array(triangles.length / 3);
  let total = 0;
  for (let t = 0; t < sums.length; t++) {
    const p = [0, 1, 2].map((k) => rest.subarray(3 * triangles[3 * t + k], 3 * triangles[3 * t + k] + 3));
    const [e, f] = [1, 2].map((i) => [0, 1, 2].map((k) => p[i][k] - p[0][k]));
    const area = Math.hypot(e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0]);
    const [x, y, z] = [0, 1, 2].map((k) => (p[0][k] + p[1][k] + p[2][k]) / 3);
    total += area * scalpDensity(x, y, z, receding);
    sums[t] = total;
  }
  return (random: Random) => {
    const goal = random.uniform() * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > goal) high = middle;
      else low = middle + 1;
    }
    const root = Math.sqrt(random.uniform());
    const second = random.uniform();
    return {
      corners: [0, 1, 2].map((k) => triangles[3 * low + k]),
      weights: [1 - root, root * (1 - second), root * second],
    };
  };
}
