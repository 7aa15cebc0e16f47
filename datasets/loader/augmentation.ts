/**
 * Changes a photo a little each time it is seen: a mirror image, a small turn, growth and shift, a little light and
 * colour. All changes are small: the face stays where crops have faces, and skin keeps a possible colour.
 */
import {
  applySimilarity,
  type MaskImage,
  type Point,
  type Random,
  type RgbImage,
  warpImage,
} from "rerenderable";
import { invertSimilarity, type Similarity } from "rerenderable/base";
import { mirrorOrder } from "rerenderable/face";
import type { Sample } from "../dataset.js";

/**
 * The settings. Each number is the largest change; changes are drawn evenly between its negative and itself. 0 turns
 * a change off.
 */
export interface Augmentation {
  /** How often the mirror image is taken, 0 to 1. */
  readonly mirror: number;
  /** The largest turn, in radians. */
  readonly turn: number;
  /** The largest growth, as a part of the size. */
  readonly growth: number;
  /** The largest shift on each axis, as a part of the side. */
  readonly shift: number;
  /** The largest change of brightness, as a part of it, the same in all channels. */
  readonly exposure: number;
  /** The largest change of red against blue, as a part of the brightness. */
  readonly whiteBalance: number;
}

export const mildAugmentation: Augmentation = {
  mirror: 0.5,
  turn: 0.05,
  growth: 0.04,
  shift: 0.015,
  exposure: 0.1,
  whiteBalance: 0.04,
};

export const noAugmentation: Augmentation = {
  mirror: 0,
  turn: 0,
  growth: 0,
  shift: 0,
  exposure: 0,
  whiteBalance: 0,
};

/**
 * @param sample is returned as it is if it has truth, which a change would make wrong; renderings are varied when
 *   they are made
 * @param random gives all random numbers; the settings do not change how many are drawn
 */
export function augment(sample: Sample, augmentation: Augmentation, random: Random): Sample {
  const draw = (most: number) => most * (2 * random.uniform() - 1);
  const mirrored = random.uniform() < augmentation.mirror;
  const turn = draw(augmentation.turn);
  const growth = draw(augmentation.growth);
  const shift: Point = [draw(augmentation.shift), draw(augmentation.shift)];
  const exposure = draw(augmentation.exposure);
  const whiteBalance = draw(augmentation.whiteBalance);
  if (sample.truth) return sample;
  let { image, mask, points } = sample;
  if (mirrored) ({ image, mask, points } = mirror(sample));
  if (turn !== 0 || growth !== 0 || shift[0] !== 0 || shift[1] !== 0) {
    const move = aboutCentre(image.width, turn, 1 + growth, shift);
    image = warpImage(image, move, image.width, image.height).image;
    mask = moveMask(mask, move);
    points = points.map((point) => applySimilarity(move, point));
  }
  if (exposure !== 0 || whiteBalance !== 0) {
    image = scaleChannels(image, [1 + exposure + whiteBalance, 1 + exposure, 1 + exposure - whiteBalance]);
  }
  return { ...sample, image, mask, points };
}

function mirror({ image, mask, points }: Sample): Pick<Sample, "image" | "mask" | "points"> {
  return {
    image: { ...image, data: mirrorRows(image.data, image.width, 3) },
    mask: { ...mask, data: mirrorRows(mask.data, mask.width, 1) },
    // A mirrored right eye is a left one.
    points: mirrorOrder.map((k): Point => [image.width - points[k][0], points[k][1]]),
  };
}

function mirrorRows(data: Float32Array, width: number, channels: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let row = 0; row < data.length; row += width * channels) {
    for (let x = 0; x < width; x++) {
      const from = row + (width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) out[row + x * channels + c] = data[from + c];
    }
  }
  return out;
}

function aboutCentre(side: number, rotation: number, scale: number, [x, y]: Point): Similarity {
  const half = side / 2;
  const turned: Similarity = { scale, rotation, translation: [0, 0] };
  const [cx, cy] = applySimilarity(turned, [half, half]);
  return { scale, rotation, translation: [half - cx + x * side, half - cy + y * side] };
}

/** Moves a mask by nearest pixels, so that a mask of 0 and 1 stays one; pixels from outside are 0. */
function moveMask({ width, height, data }: MaskImage, move: Similarity): MaskImage {
  const back = invertSimilarity(move);
  const out = new Float32Array(data.length);
  const dx = back.scale * Math.cos(back.rotation);
  const dy = back.scale * Math.sin(back.rotation);
  for (let row = 0; row < height; row++) {
    // Along a row, the place in the source moves by the same step at each pixel.
    const [startX, startY] = applySimilarity(back, [0.5, row + 0.5]);
    for (let column = 0; column < width; column++) {
      const x = Math.floor(startX + column * dx);
      const y = Math.floor(startY + column * dy);
      if (x >= 0 && y >= 0 && x < width && y < height) out[row * width + column] = data[y * width + x];
    }
  }
  return { width, height, data: out };
}

function scaleChannels(
  { width, height, data }: RgbImage,
  [red, green, blue]: readonly [number, number, number],
): RgbImage {
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    out[i] = Math.min(1, data[i] * red);
    out[i + 1] = Math.min(1, data[i + 1] * green);
    out[i + 2] = Math.min(1, data[i + 2] * blue);
  }
  return { width, height, data: out };
}
