/** The effects of a camera on a picture: blur of the lens, noise of the sensor, JPEG. */

import { createRandom } from "rerenderable";
import sharp from "sharp";

export interface CameraParameters {
  /** Deviation of the blur in pixels of a picture of 224; larger pictures are blurred in proportion. */
  readonly blur: number;
  /** Deviation of the noise in encoded sRGB at middle grey. */
  readonly noise: number;
  /** 1 to 100. */
  readonly jpegQuality: number;
  readonly seed: number;
}

/**
 * @param image encoded sRGB, clipped first, [S, S, 3]
 * @returns bytes, [S, S, 3]
 */
export async function takePhoto(
  image: Float32Array,
  size: number,
  { blur, noise, jpegQuality, seed }: CameraParameters,
): Promise<Uint8Array> {
  const random = createRandom(seed).fork("sensor");
  const soft = blurred(
    image.map((value) => Math.min(Math.max(value, 0), 1)),
    size,
    (blur * size) / 224,
  );
  const bytes = Uint8Array.from(soft, (value) => {
    // Shot noise grows with the light, and sRGB's curve makes it smaller again: the result is about even, a little
    // more in the dark.
    const grain = noise * (1.25 - 0.5 * value) * random.normal();
    return Math.round(255 * Math.min(Math.max(value + grain, 0), 1));
  });
  const raw = { raw: { width: size, height: size, channels: 3 as const } };
  const jpeg = await sharp(bytes, raw)
    .jpeg({ quality: jpegQuality, chromaSubsampling: jpegQuality > 85 ? "4:4:4" : "4:2:0" })
    .toBuffer();
  const { data } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return Uint8Array.from(data);
}

/** Blurs by a Gaussian, first rows and then columns; the edge is repeated. */
function blurred(image: Float32Array, size: number, deviation: number): Float32Array {
  if (deviation < 0.05) return image;
  const radius = Math.ceil(3 * deviation);
  const taps = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - radius) / deviation) ** 2),
  );
  const total = taps.reduce((sum, tap) => sum + tap, 0);
  const pass = (from: Float32Array, stepX: number, stepY: number) => {
    const to = new Float32Array(from.length);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        for (let c = 0; c < 3; c++) {
          let sum = 0;
          for (let i = -radius; i <= radius; i++) {
            const column = Math.min(Math.max(x + i * stepX, 0), size - 1);
            const row = Math.min(Math.max(y + i * stepY, 0), size - 1);
            sum += taps[i + radius] * from[3 * (row * size + column) + c];
          }
          to[3 * (y * size + x) + c] = sum / total;
        }
      }
    }
    return to;
  };
  return pass(pass(image, 1, 0), 0, 1);
}
