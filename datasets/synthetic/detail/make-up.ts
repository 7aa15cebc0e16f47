/** Paints lips, and make-up on lips, lids and cheeks. */
import type { Random } from "rerenderable";
import { drawHair, type FaceCanvas, haemoglobin, stainTexel, tintTexel } from "./canvas.js";
import { fractalNoise, gauss, smoothstep } from "./noise.js";
import type { DetailParameters } from "./parameters.js";
import { placeOf } from "./skin.js";
import { curve, mirrored, type UvPoint } from "./uv-points.js";

/** Paints the natural colour of the lips and the fine folds across them. */
export function paintLips(canvas: FaceCanvas, detail: DetailParameters): void {
  const folds = fractalNoise(detail.seed + 21, 3, 0.6);
  const { map, height } = canvas;
  const paint = detail.makeUp?.lips;
  for (let p = 0; p < map.lips.length; p++) {
    const inside = map.lips[p];
    if (inside === 0) continue;
    const [u, v] = [((p % map.size) + 0.5) / map.size, (Math.floor(p / map.size) + 0.5) / map.size];
    const fold = folds(95 * (u - 0.5) + 6, 9 * v);
    height[p] += inside * (0.09 * fold - 0.02);
    stainTexel(canvas, p, haemoglobin, inside * (0.22 - 0.07 * fold));
    if (paint) tintTexel(canvas, p, paint.colour, paint.share * inside * (0.93 + 0.07 * fold));
  }
}

export function paintMakeUp(canvas: FaceCanvas, detail: DetailParameters, random: Random): void {
  const { makeUp } = detail;
  if (!makeUp) return;
  const { size, skin, place } = canvas.map;
  for (let p = 0; p < size * size; p++) {
    if (!skin[p]) continue;
    const [x, y] = placeOf(place, p);
    const side = Math.abs(x);
    stainTexel(
      canvas,
      p,
      haemoglobin,
      0.2 * makeUp.blush * gauss((side - 0.47) / 0.13, (y - 0.02 - 0.35 * (side - 0.47)) / 0.075),
    );
    const lid =
      smoothstep(0.2, 0.235, y - 0.03 * (1 - ((side - 0.3) / 0.13) ** 2)) *
      gauss((side - 0.315) / 0.1, (y - 0.27) / 0.04);
    tintTexel(canvas, p, makeUp.eyeShadow.colour, Math.min(1.15 * makeUp.eyeShadow.share * lid, 0.9));
  }
  for (const side of [(point: UvPoint): UvPoint => point, mirrored]) {
    const line = curve(upperLid(canvas), 60).map(side);
    for (let i = 0; i < 4; i++) {
      const lifted = line.map(([u, v]): UvPoint => [u, v - 0.0012 * i - 0.001 * random.uniform()]);
      drawHair(canvas, lifted, 0.003, [0.06, 0.05, 0.05], 0.5 * makeUp.eyeliner);
    }
  }
}

/** The edge of the upper lid on the viewer's left, from the inner corner to the outer one. */
function upperLid({ map }: FaceCanvas): UvPoint[] {
  return [39, 38, 37, 36].map((i) => map.landmarks[i]);
}
