/** Look-ups in the painted face: albedo bilinearly, and the slope of its height. */
import type { FaceDetail } from "../detail/paint-face.js";

export interface FaceTexture {
  readonly size: number;
  readonly albedo: Uint8Array;
  /** Change of the height along u and v, units of 10 cm over the whole map, [U * U * 2]. */
  readonly slope: Float32Array;
  /** How much hairs cover the skin, 0 to 1, [U * U]. */
  readonly hairs: Float32Array;
}

/** Micrometres in 10 cm. */
const micrometres = 1e5;

export function faceTexture({ size, albedo, height, hairs }: FaceDetail): FaceTexture {
  const slope = new Float32Array(2 * size * size);
  const step = size / (2 * micrometres);
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const p = y * size + x;
      slope[2 * p] = (height[p + 1] - height[p - 1]) * step;
      slope[2 * p + 1] = (height[p + size] - height[p - size]) * step;
    }
  }
  return { size, albedo, slope, hairs };
}

/**
 * @param u,v 0 to 1
 * @param colour is overwritten: encoded sRGB, 0 to 1
 * @param slopes is overwritten
 * @returns how much hairs cover the skin there, 0 to 1
 */
export function sampleFaceTexture(
  { size, albedo, slope, hairs }: FaceTexture,
  u: number,
  v: number,
  colour: Float64Array,
  slopes: Float64Array,
): number {
  const x = Math.min(Math.max(u * size - 0.5, 0), size - 1);
  const y = Math.min(Math.max(v * size - 0.5, 0), size - 1);
  const [i, j] = [Math.min(Math.floor(x), size - 2), Math.min(Math.floor(y), size - 2)];
  const [p, q] = [x - i, y - j];
  const a = j * size + i;
  const w0 = (1 - p) * (1 - q);
  const w1 = p * (1 - q);
  const w2 = (1 - p) * q;
  const w3 = p * q;
  const b = a + size;
  for (let k = 0; k < 3; k++) {
    colour[k] =
      (w0 * albedo[3 * a + k] +
        w1 * albedo[3 * a + 3 + k] +
        w2 * albedo[3 * b + k] +
        w3 * albedo[3 * b + 3 + k]) /
      255;
  }
  for (let k = 0; k < 2; k++) {
    slopes[k] =
      w0 * slope[2 * a + k] + w1 * slope[2 * a + 2 + k] + w2 * slope[2 * b + k] + w3 * slope[2 * b + 2 + k];
  }
  return w0 * hairs[a] + w1 * hairs[a + 1] + w2 * hairs[b] + w3 * hairs[b + 1];
}
