/** Looks up a texture map at uv coordinates: bilinear, texel centres at +0.5, clamped at the border. */
import * as tf from "@tensorflow/tfjs";
import { defineOp, type KernelArray, type NumericArray } from "../engine/define-op.js";
import { checkShapes } from "../tensor/check-shapes.js";

/**
 * Differentiable in `texture` and `uv`. Beyond the outer texels' centres the border value is kept and the uv gradient
 * is 0. A uv that is not a number gives values that are not numbers.
 * @param texture [B, U, V, C], or [1, U, V, C] for the whole batch; origin top left
 * @param uv u to the right and v down, both 0 to 1 over the whole texture, [B, H, W, 2]
 * @param mask [B, H, W, 1]; where it is 0 nothing is looked up, the result is 0 and so is every gradient
 * @returns [B, H, W, C]
 */
export function sampleTexture(texture: tf.Tensor4D, uv: tf.Tensor4D, mask?: tf.Tensor4D): tf.Tensor4D {
  checkShapes("sampleTexture", {
    texture: [texture, ["A", "U", "V", "C"]],
    uv: [uv, ["B", "H", "W", 2]],
    ...(mask && { mask: [mask, ["B", "H", "W", 1]] as const }),
  });
  const batch = texture.shape[0];
  const expected = uv.shape[0];
  if (batch !== 1 && batch !== expected) {
    throw new Error(`sampleTexture: \`texture\` should have a batch of 1 or ${expected} but has ${batch}.`);
  }
  return tf.tidy(() => {
    const everywhere = mask ?? tf.ones<tf.Rank.R4>([...uv.shape.slice(0, 3), 1] as typeof uv.shape);
    return sampleOp([texture, uv, everywhere], {})[0] as tf.Tensor4D;
  });
}

const sampleOp = defineOp({
  name: "SampleTexture",
  inputs: ["texture", "uv", "mask"],
  outputs: ([texture, uv]) => [{ shape: [...uv.slice(0, 3), texture[3]], dtype: "float32" }],
  run: ([texture, uv, mask], [out]) => {
    forEachSample(texture, uv, mask, (pixel, at) => {
      blend(texture.values, at, out.values, pixel * at.channels);
    });
  },
  gradient: ([dy], saved) => ({
    texture: () => textureGradient([dy, ...saved], {})[0],
    uv: () => uvGradient([dy, ...saved], {})[0],
    mask: () => tf.zerosLike(saved[2]),
  }),
});

const textureGradient = defineOp({
  name: "SampleTextureTextureGradient",
  inputs: ["dy", "texture", "uv", "mask"],
  outputs: ([, texture]) => [{ shape: texture, dtype: "float32" }],
  run: ([dy, texture, uv, mask], [out]) => {
    forEachSample(texture, uv, mask, (pixel, at) => {
      scatter(dy.values, pixel * at.channels, at, out.values);
    });
  },
});

const uvGradient = defineOp({
  name: "SampleTextureUvGradient",
  inputs: ["dy", "texture", "uv", "mask"],
  outputs: ([, , uv]) => [{ shape: uv, dtype: "float32" }],
  run: ([dy, texture, uv, mask], [out]) => {
    forEachSample(texture, uv, mask, (pixel, at) => {
      slope(dy.values, pixel * at.channels, texture.values, at, out.values, 2 * pixel);
    });
  },
});

/** Four neighbouring texels and a place between them. One record is reused for all pixels. */
interface Footprint {
  channels: number;
  /** Offsets of the texels: top left, top right, bottom left, bottom right. */
  i00: number;
  i01: number;
  i10: number;
  i11: number;
  /** How far from left to right and from top to bottom, 0 to 1. */
  x: number;
  y: number;
  /** Texels for a step of 1 in u and in v; 0 where clamped. */
  perU: number;
  perV: number;
}

function forEachSample(
  { shape }: KernelArray,
  uv: KernelArray,
  mask: KernelArray,
  visit: (pixel: number, at: Footprint) => void,
): void {
  const [textureBatch, rows, columns, channels] = shape;
  const pixels = uv.shape[1] * uv.shape[2];
  const right = columns > 1 ? channels : 0;
  const down = rows > 1 ? columns * channels : 0;
  const at: Footprint = { channels, i00: 0, i01: 0, i10: 0, i11: 0, x: 0, y: 0, perU: 0, perV: 0 };
  for (let pixel = 0; pixel < mask.values.length; pixel++) {
    if (mask.values[pixel] === 0) continue;
    const start = textureBatch === 1 ? 0 : Math.floor(pixel / pixels) * rows * columns * channels;
    // In double precision: rounding must not move a sample across a texel's edge, where the gradient jumps.
    const wantedX = uv.values[2 * pixel] * columns - 0.5;
    const wantedY = uv.values[2 * pixel + 1] * rows - 0.5;
    const x = Math.min(Math.max(wantedX, 0), columns - 1);
    const y = Math.min(Math.max(wantedY, 0), rows - 1);
    const column = Math.max(Math.min(x | 0, columns - 2), 0);
    const row = Math.max(Math.min(y | 0, rows - 2), 0);
    at.i00 = start + (row * columns + column) * channels;
    at.i01 = at.i00 + right;
    at.i10 = at.i00 + down;
    at.i11 = at.i10 + right;
    at.x = x - column;
    at.y = y - row;
    at.perU = x === wantedX ? columns : 0;
    at.perV = y === wantedY ? rows : 0;
    visit(pixel, at);
  }
}

function blend(from: NumericArray, at: Footprint, to: NumericArray, o: number): void {
  const { channels, i00, i01, i10, i11, x, y } = at;
  const q00 = (1 - x) * (1 - y);
  const q01 = x * (1 - y);
  const q10 = (1 - x) * y;
  const q11 = x * y;
  for (let c = 0; c < channels; c++) {
    to[o + c] = q00 * from[i00 + c] + q01 * from[i01 + c] + q10 * from[i10 + c] + q11 * from[i11 + c];
  }
}

function scatter(g: NumericArray, o: number, at: Footprint, sum: NumericArray): void {
  const { channels, i00, i01, i10, i11, x, y } = at;
  const q00 = (1 - x) * (1 - y);
  const q01 = x * (1 - y);
  const q10 = (1 - x) * y;
  const q11 = x * y;
  for (let c = 0; c < channels; c++) {
    const value = g[o + c];
    sum[i00 + c] += q00 * value;
    sum[i01 + c] += q01 * value;
    sum[i10 + c] += q10 * value;
    sum[i11 + c] += q11 * value;
  }
}

function slope(
  g: NumericArray,
  o: number,
  from: NumericArray,
  at: Footprint,
  to: NumericArray,
  out: number,
): void {
  const { channels, i00, i01, i10, i11, x, y, perU, perV } = at;
  let alongX = 0;
  let alongY = 0;
  for (let c = 0; c < channels; c++) {
    const t00 = from[i00 + c];
    const t01 = from[i01 + c];
    const t10 = from[i10 + c];
    const t11 = from[i11 + c];
    alongX += g[o + c] * ((t01 - t00) * (1 - y) + (t11 - t10) * y);
    alongY += g[o + c] * ((t10 - t00) * (1 - x) + (t11 - t01) * x);
  }
  to[out] = alongX * perU;
  to[out + 1] = alongY * perV;
}
