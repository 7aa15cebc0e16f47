/** Batches for the exposure network: each time a face is seen it is exposed anew, as cameras and lights may have it. */
import { linearToSrgb, type Point, type Random, type RgbImage, srgbToLinear } from "rerenderable";
import { type ExposureInput, exposureInput, usualShading } from "rerenderable/face";
import { type ExposureFace, exposureSide as side } from "./exposure-faces.js";

export interface ExposureCase {
  readonly input: ExposureInput;
  /** The logarithm of the face's brightness in a well exposed photo of the same light, encoded. */
  readonly truth: number;
}

/** The photo as it is. */
export function plainCase({ photo, points, shading }: ExposureFace): ExposureCase {
  const input = exposureInput(toImage(photo, identity), points);
  return { input, truth: Math.log((input.brightness * usualShading) / shading) };
}

/**
 * Two and a half stops, white balance by 12 %, contrast, noise, and points beside their places.
 * @param truth of the photo as it is: exposing it anew does not change it
 */
export function drawCase(face: ExposureFace, truth: number, random: Random): ExposureCase {
  const exposure = Math.exp(spread(random, Math.log(0.3), Math.log(1.6)));
  const warmth = spread(random, -0.12, 0.12);
  const gamma = Math.exp(spread(random, -0.12, 0.12));
  const tables = [warmth, 0, -warmth].map((by) => toneTable(exposure * Math.exp(by), gamma));
  const image = toImage(face.photo, tables);
  const noise = 0.015 * random.uniform();
  for (let i = 0; i < image.data.length; i++)
    image.data[i] += noise * (random.uniform() + random.uniform() - 1);
  const moved = face.points.map(([x, y]): Point => [x + random.normal(), y + random.normal()]);
  return { input: exposureInput(image, moved, random.uniform() < 0.5), truth };
}

const spread = (random: Random, from: number, to: number) => from + (to - from) * random.uniform();

const bytes = Array.from({ length: 256 }, (_, byte) => byte / 255);
const identity = [0, 1, 2].map(() => Float32Array.from(bytes));
const linear = bytes.map((value) => srgbToLinear(value));

/** What becomes of each byte: exposed in linear light, clipped, and rounded as a file is. */
function toneTable(gain: number, gamma: number): Float32Array {
  return Float32Array.from(linear, (value) => {
    return Math.round(255 * linearToSrgb(Math.min(value * gain, 1) ** gamma)) / 255;
  });
}

function toImage(photo: Uint8Array, tables: readonly Float32Array[]): RgbImage {
  const [red, green, blue] = tables;
  const data = new Float32Array(photo.length);
  for (let i = 0; i < data.length; i += 3) {
    data[i] = red[photo[i]];
    data[i + 1] = green[photo[i + 1]];
    data[i + 2] = blue[photo[i + 2]];
  }
  return { width: side, height: side, data };
}
