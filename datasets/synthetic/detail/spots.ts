/** Paints moles and freckles. */
import type { Random } from "rerenderable";
import { aroundPoint, type FaceCanvas, melanin, stainTexel } from "./canvas.js";
import { gauss, smoothstep } from "./noise.js";
import type { DetailParameters } from "./parameters.js";
import { placeOf } from "./skin.js";
import type { UvPoint } from "./uv-points.js";

export function paintSpots(canvas: FaceCanvas, detail: DetailParameters, random: Random): void {
  const moles = Math.round(7 * detail.moles * random.uniform());
  for (let i = 0; i < moles; i++) {
    const point = drawPlace(canvas, random, () => 1);
    const radius = (0.6 + 1.1 * random.uniform() ** 2) / 200;
    const raised = random.uniform() < 0.4 ? 0.35 * random.uniform() : 0;
    dot(canvas, point, radius, 0.9 + 0.7 * random.uniform(), raised);
  }
  const freckles = Math.round(520 * detail.freckles);
  for (let i = 0; i < freckles; i++) {
    const point = drawPlace(
      canvas,
      random,
      ([x, y]) => 0.06 + gauss(x / 0.42, (y + 0.02) / 0.16) + 0.3 * gauss(x / 0.4, (y - 0.55) / 0.15),
    );
    dot(canvas, point, (0.4 + 0.75 * random.uniform() ** 2) / 200, 0.08 + 0.26 * random.uniform(), 0);
  }
}

/** Draws a place on the skin, more often where the weight is larger; weights are at most about 1. */
function drawPlace(
  { map }: FaceCanvas,
  random: Random,
  weight: (place: readonly number[]) => number,
): UvPoint {
  for (;;) {
    const [u, v] = [random.uniform(), random.uniform()];
    const p = Math.floor(v * map.size) * map.size + Math.floor(u * map.size);
    if (map.skin[p] && random.uniform() < weight(placeOf(map.place, p))) return [u, v];
  }
}

function dot(canvas: FaceCanvas, point: UvPoint, radius: number, amount: number, raised: number): void {
  const soft = radius + 0.7 / canvas.map.size;
  aroundPoint(canvas, point, soft, (p, du, dv) => {
    if (!canvas.map.skin[p]) return;
    const inside = 1 - smoothstep(0.45 * radius, soft, Math.hypot(du, dv));
    stainTexel(canvas, p, melanin, amount * inside);
    canvas.height[p] += raised * inside;
  });
}
