/**
 * A small network that judges how bright a face would be in a well exposed photo (ours, not in the paper). Nothing tells a
 * dark skin in bright light from a fair one in the dark but what stands beside the skin: the whites of the eyes, teeth, hair,
 * the surroundings. The network sees both eyes large and the whole crop small, in logarithms relative to the face's own
 * brightness, so that its answer is the same for a photo of any exposure, as far as no pixel is clipped.
 */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { createNetwork, type Network, type NetworkBuilder } from "../../networks/graph.js";
import { batchNorm, conv, dense } from "../../networks/layers.js";
import type { NetworkArrays } from "../../networks/trainable-network.js";

/** Sides of what the network sees, px: each eye, two of them side by side; the whole crop. */
export const exposureSides = { eye: [32, 48], crop: 56 } as const;

/** An eye is half as wide as its picture; one that is hidden behind its points' error counts as this wide, of the crop's side. */
const leastEye = 14 / 224;
/** Where the face is in an aligned crop, of its side: an ellipse of forehead, cheeks and chin. */
const face = { centre: [0.5, 0.536], radii: [0.196, 0.25] } as const;
/** Added before the logarithm, so that black has one. */
const floor = 0.03;
/** The face's brightness is at least this. */
const darkest = 0.02;

/**
 * Inputs "eyes" [B, 32, 96, 3] and "crop" [B, 56, 56, 3] of `exposureInput`; output "brightness" [B, 2]: the logarithm of the
 * brightness in units of `exposureUnits`, and that of its deviation.
 */
export function exposureNetwork(): Network {
  const [height, width] = exposureSides.eye;
  return createNetwork("exposure", (builder) => {
    const { add, input } = builder;
    const eyes = features(builder, "eyes", input("eyes", [height, 2 * width, 3]), [
      [16, 1],
      [24, 2],
      [32, 2],
      [64, 2],
    ]);
    const crop = features(builder, "crop", input("crop", [exposureSides.crop, exposureSides.crop, 3]), [
      [16, 2],
      [32, 2],
      [48, 2],
      [64, 2],
    ]);
    const hidden = add("hidden", dense(48), add("joined", { kind: "concat" }, eyes, crop));
    return { brightness: add("brightness", dense(2), add("hidden.activation", { kind: "relu" }, hidden)) };
  });
}

/** Convolutions and the mean over space. @param layers filters and stride of each */
function features(
  { add }: NetworkBuilder,
  name: string,
  from: string,
  layers: readonly (readonly [filters: number, stride: number])[],
): string {
  let x = from;
  layers.forEach(([filters, stride], i) => {
    const layer = conv({ filters, kernel: 3, stride, padding: 1, bias: false });
    const normal = add(`${name}.${i}.norm`, batchNorm(), add(`${name}.${i}.conv`, layer, x));
    x = add(`${name}.${i}.activation`, { kind: "relu" }, normal);
  });
  return add(`${name}.mean`, { kind: "globalAveragePool" }, x);
}

/** Middle and unit of the logarithm that the network gives: a face's mean is 0.47, encoded. */
export const exposureUnits = { middle: -0.75, unit: 0.25 } as const;

/** What the network sees of one face, for a place in a batch. */
export interface ExposureInput {
  /** [32 * 96 * 3] */
  readonly eyes: Float32Array;
  /** [56 * 56 * 3] */
  readonly crop: Float32Array;
  /** Mean of the crop where the face is, encoded sRGB, 0.02 or more. */
  readonly brightness: number;
}

/**
 * @param image an aligned face, square, of a side that is a multiple of 56 px, encoded sRGB
 * @param points its 68 points, px of the image
 * @param mirrored whether to show the mirror image
 */
export function exposureInput(image: RgbImage, points: readonly Point[], mirrored = false): ExposureInput {
  const crop = shrink(image, exposureSides.crop);
  const brightness = Math.max(faceMean(crop), darkest);
  const relative = (value: number) => Math.log(Math.max(value, 0) / brightness + floor);
  const eyes = cutEyes(image, points).map(relative);
  const whole = crop.map(relative);
  return {
    eyes: mirrored ? swapEyes(eyes) : eyes,
    crop: mirrored ? mirror(whole, exposureSides.crop) : whole,
    brightness,
  };
}

/** Faces side by side. */
export function exposureBatch(faces: readonly ExposureInput[]): NetworkArrays {
  const [height, width] = exposureSides.eye;
  const side = exposureSides.crop;
  const joined = (name: "eyes" | "crop") => {
    const values = new Float32Array(faces.length * faces[0][name].length);
    faces.forEach((one, n) => {
      values.set(one[name], n * one[name].length);
    });
    return values;
  };
  return {
    eyes: { shape: [faces.length, height, 2 * width, 3], values: joined("eyes") },
    crop: { shape: [faces.length, side, side, 3], values: joined("crop") },
  };
}

/** Means of squares of pixels. */
function shrink({ data, width }: RgbImage, side: number): Float32Array {
  const step = width / side;
  if (!Number.isInteger(step)) {
    throw new Error(
      `exposureInput: the side of \`image\` should be a multiple of ${side} px but is ${width}.`,
    );
  }
  const out = new Float32Array(3 * side * side);
  for (let y = 0; y < width; y++) {
    const row = Math.floor(y / step) * side;
    for (let x = 0; x < width; x++) {
      const [from, to] = [3 * (y * width + x), 3 * (row + Math.floor(x / step))];
      for (let c = 0; c < 3; c++) out[to + c] += data[from + c] / (step * step);
    }
  }
  return out;
}

function faceMean(crop: Float32Array): number {
  const side = exposureSides.crop;
  let [sum, count] = [0, 0];
  for (let p = 0; p < side * side; p++) {
    const x = ((p % side) + 0.5) / side - face.centre[0];
    const y = (Math.floor(p / side) + 0.5) / side - face.centre[1];
    if ((x / face.radii[0]) ** 2 + (y / face.radii[1]) ** 2 >= 1) continue;
    count++;
    sum += (crop[3 * p] + crop[3 * p + 1] + crop[3 * p + 2]) / 3;
  }
  return sum / count;
}

/** The first of the six points of each eye: the viewer's left and right. */
const eyeStarts = [36, 42] as const;

/** Both eyes side by side, the viewer's right one mirrored, so that both have the nose on the same side. */
function cutEyes(image: RgbImage, points: readonly Point[]): Float32Array {
  const [height, width] = exposureSides.eye;
  const out = new Float32Array(3 * height * 2 * width);
  eyeStarts.forEach((start, eye) => {
    const own = points.slice(start, start + 6);
    const xs = own.map(([x]) => x);
    const centre = [0, 1].map((k) => own.reduce((sum, point) => sum + point[k] / 6, 0));
    const step = Math.max(Math.max(...xs) - Math.min(...xs), leastEye * image.width) / (width / 2);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const across = (eye === 0 ? x : width - 1 - x) + 0.5 - width / 2;
        const place: Point = [centre[0] + across * step, centre[1] + (y + 0.5 - height / 2) * step];
        sample(image, place, out, 3 * (y * 2 * width + eye * width + x));
      }
    }
  });
  return out;
}

/** Bilinear, edges repeated. */
function sample({ data, width, height }: RgbImage, [x, y]: Point, to: Float32Array, at: number): void {
  const u = Math.min(Math.max(x - 0.5, 0), width - 1.001);
  const v = Math.min(Math.max(y - 0.5, 0), height - 1.001);
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const [right, down] = [u - i, v - j];
  const p = 3 * (j * width + i);
  const below = p + 3 * width;
  for (let c = 0; c < 3; c++) {
    const upper = data[p + c] * (1 - right) + data[p + 3 + c] * right;
    const lower = data[below + c] * (1 - right) + data[below + 3 + c] * right;
    to[at + c] = upper * (1 - down) + lower * down;
  }
}

/** Of the mirror image: the eyes change places, and still have the nose on the same side. */
function swapEyes(eyes: Float32Array): Float32Array {
  const half = 3 * exposureSides.eye[1];
  const out = new Float32Array(eyes.length);
  for (let row = 0; row < eyes.length; row += 2 * half) {
    out.set(eyes.subarray(row + half, row + 2 * half), row);
    out.set(eyes.subarray(row, row + half), row + half);
  }
  return out;
}

function mirror(values: Float32Array, width: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let p = 0; p < values.length / 3; p++) {
    const from = p - (p % width) + width - 1 - (p % width);
    out.set(values.subarray(3 * from, 3 * from + 3), 3 * p);
  }
  return out;
}
