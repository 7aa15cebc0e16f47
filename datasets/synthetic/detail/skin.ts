/** Paints uneven pigment, blood under the skin, pores and the fine grain of its surface. */
import { type FaceCanvas, haemoglobin, melanin, stainTexel } from "./canvas.js";
import { cellNoise, fractalNoise, gauss, smoothstep, valueNoise } from "./noise.js";
import type { DetailParameters } from "./parameters.js";

/** Pores and grain lie this far apart: fractions of the map. */
const poreSpacing = 1.15 / 200;
const grainSpacing = 0.8 / 200;

export function paintSkin(canvas: FaceCanvas, detail: DetailParameters): void {
  const { map, height } = canvas;
  const { size, skin, place } = map;
  const seed = detail.seed;
  const patches = fractalNoise(seed + 1, 4, 0.62);
  const blood = fractalNoise(seed + 2, 4, 0.62);
  const speckle = valueNoise(seed + 3);
  const pores = cellNoise(seed + 4);
  const depths = valueNoise(seed + 5);
  const grain = fractalNoise(seed + 6, 2, 0.6);
  for (let p = 0; p < size * size; p++) {
    if (!skin[p]) continue;
    const [u, v] = [((p % size) + 0.5) / size, (Math.floor(p / size) + 0.5) / size];
    const at = placeOf(place, p);
    const oily = poreRegion(at);
    stainTexel(
      canvas,
      p,
      melanin,
      detail.mottling * (0.09 * patches(14 * u, 14 * v) + 0.022 * speckle(190 * u, 190 * v)),
    );
    const flush = bloodRegion(at) * detail.redness;
    stainTexel(canvas, p, haemoglobin, 0.05 * blood(22 * u, 22 * v) * (0.5 + detail.redness) + 0.17 * flush);
    const hole = 1 - smoothstep(0.08, 0.42, pores(u / poreSpacing, v / poreSpacing));
    const open =
      detail.pores * (0.25 + 0.75 * oily) * (0.55 + 0.45 * depths(u / poreSpacing / 3, v / poreSpacing / 3));
    height[p] +=
      -0.11 * open * hole + (0.018 + 0.02 * detail.age) * grain(u / grainSpacing, v / grainSpacing);
    stainTexel(canvas, p, melanin, 0.09 * open * hole);
  }
}

type Place = readonly [x: number, y: number, z: number];

export function placeOf(place: Float32Array, texel: number): Place {
  return [place[3 * texel], place[3 * texel + 1], place[3 * texel + 2]];
}

/** How visible pores are, 0 to 1: on nose, inner cheeks and the middle of the forehead. */
function poreRegion([x, y]: Place): number {
  const nose = gauss(x / 0.16, (y + 0.08) / 0.14);
  const cheeks = gauss((Math.abs(x) - 0.3) / 0.14, (y + 0.08) / 0.16);
  return Math.min(nose + 0.8 * cheeks + 0.5 * gauss(x / 0.3, (y - 0.55) / 0.15), 1);
}

/** How red blood makes the skin: at the tip of the nose, cheeks and chin. */
function bloodRegion([x, y]: Place): number {
  const nose = gauss(x / 0.11, (y + 0.13) / 0.1);
  const cheeks = gauss((Math.abs(x) - 0.4) / 0.15, (y + 0.1) / 0.15);
  return Math.min(0.9 * nose + 0.8 * cheeks + 0.35 * gauss(x / 0.16, (y + 0.72) / 0.1), 1);
}
