/**
 * Changes the light and the camera of a crop; what it shows stays in its place. The samples' own photos have JPEG
 * already.
 */
import { createRandom, type Random } from "rerenderable";
import { smoothstep } from "../synthetic/detail/noise.js";
import type { ParsingCrop } from "./parsing-face.js";

/** Adds a shadow with a soft or hard edge over one side, and a highlight. */
export function changeLight({ image, side }: ParsingCrop, random: Random): void {
  if (random.uniform() < 0.25) {
    const turn = 2 * Math.PI * random.uniform();
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const [edge, soft] = [side * 0.25 * random.normal(), side * (0.01 + 0.2 * random.uniform() ** 2)];
    const bend = (0.6 * random.normal()) / side;
    const depth = [0, 1, 2].map(() => 0.05 * random.uniform());
    const dark = 0.25 + 0.55 * random.uniform();
    multiply(image, side, (x, y, c) => {
      const [u, v] = [x - side / 2, y - side / 2];
      const along = cos * u + sin * v - edge + bend * (cos * v - sin * u) ** 2;
      return 1 - (1 - dark - depth[c]) * smoothstep(-soft, soft, along);
    });
  }
  if (random.uniform() < 0.2) {
    const [cx, cy] = [side * random.uniform(), side * random.uniform()];
    const radius = side * (0.03 + 0.15 * random.uniform());
    const bright = 1.5 * random.uniform();
    multiply(image, side, (x, y) => 1 + bright * Math.exp(-0.5 * (Math.hypot(x - cx, y - cy) / radius) ** 2));
  }
}

function multiply(
  image: Float32Array,
  side: number,
  gain: (x: number, y: number, channel: number) => number,
): void {
  for (let i = 0; i < image.length; i++) {
    const p = Math.floor(i / 3);
    image[i] = image[i] * gain(p % side, Math.floor(p / side), i % 3);
  }
}

/** How many normal numbers are drawn, once: new ones for each crop would take longer than all other work here. */
const grainCount = 1 << 16;
let grains: Float32Array | undefined;

/** Changes exposure, white balance, saturation, contrast, gamma, sharpness and noise. */
export function changeCamera({ image, side }: ParsingCrop, random: Random): void {
  const [exposure, gamma] = [Math.exp(0.25 * random.normal()), Math.exp(0.2 * random.normal())];
  const gains = [0, 1, 2].map(() => exposure * Math.exp(0.1 * random.normal()));
  const saturation = random.uniform() < 0.08 ? 0 : Math.exp(0.25 * random.normal());
  const [contrast, middle] = [Math.exp(0.15 * random.normal()), 0.45];
  const grain = 0.05 * random.uniform() ** 2;
  const soft = drawSoftness(random);
  for (let i = 0; i < image.length; i += 3) {
    const luma = 0.299 * image[i] + 0.587 * image[i + 1] + 0.114 * image[i + 2];
    for (let c = 0; c < 3; c++) {
      const value = gains[c] * (luma + saturation * (image[i + c] - luma));
      image[i + c] = Math.max(middle + contrast * (value - middle), 0) ** gamma;
    }
  }
  if (soft !== 0) blur(image, side, soft);
  grains ??= createRandom(1).normalArray(grainCount);
  const offset = random.integer(grainCount);
  for (let i = 0; i < image.length; i++) {
    const noise = grain * grains[(i + offset) % grainCount];
    image[i] = Math.min(Math.max(image[i] + noise, 0), 1);
  }
}

/**
 * Draws a softness: as many crops are sharpened as blurred, since photos that were made smaller are sharper than
 * renderings.
 */
function drawSoftness(random: Random): number {
  const kind = random.uniform();
  return kind < 0.35 ? random.uniform() : kind < 0.7 ? -1.2 * random.uniform() : 0;
}

/**
 * Moves values towards the mean of three neighbours, along rows and then columns; with a negative share, away from
 * it.
 */
function blur(image: Float32Array, side: number, share: number): void {
  for (const step of [3, 3 * side]) {
    const before = image.slice();
    for (let i = step; i < image.length - step; i++) {
      image[i] = before[i] + share * ((before[i - step] + before[i] + before[i + step]) / 3 - before[i]);
    }
  }
}
