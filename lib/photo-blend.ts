/** Changes the pixels of a photo by pictures of its face that have the size of the aligned face or of a square. */
import type { RgbBytes } from "./base/image/read-image.js";
import type { MaskImage, Point } from "./base/image/rgb-image.js";
import { applySimilarity, invertSimilarity, type Similarity } from "./base/image/similarity.js";

/** Above this, encoded, what another light brightens is pressed together: a photo has no colour beyond white. */
const shoulder = 0.75;

/** A part of a photo, whole px; the ends are not included. */
export interface PhotoBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a face lies over its photo. */
export interface FacePlace {
  /** From pixels of the photo to those of the crop. */
  readonly toCrop: Similarity;
  /** How far the photo changes, 0 to 1, at the size of the crop. */
  readonly alpha: MaskImage;
}

/** The pixels of the photo that the mask reaches. */
export function boxOver({ alpha: { width, data }, toCrop }: FacePlace, photo: RgbBytes): PhotoBox {
  const back = invertSimilarity(toCrop);
  let [left, right, top, bottom] = [photo.width, 0, photo.height, 0];
  for (let p = 0; p < data.length; p++) {
    if (data[p] === 0) continue;
    const [x, y] = applySimilarity(back, [(p % width) + 0.5, Math.floor(p / width) + 0.5]);
    [left, right, top, bottom] = [
      Math.min(left, x),
      Math.max(right, x),
      Math.min(top, y),
      Math.max(bottom, y),
    ];
  }
  // Between two pixels of the crop a mask falls to 0, so it reaches one of them further.
  const reach = 2 * back.scale;
  return {
    left: Math.max(0, Math.floor(left - reach)),
    top: Math.max(0, Math.floor(top - reach)),
    right: Math.min(photo.width, Math.ceil(right + reach)),
    bottom: Math.min(photo.height, Math.ceil(bottom + reach)),
  };
}

/** A square of the photo, rendered. */
export interface RenderedSquare {
  readonly corner: Point;
  readonly side: number;
  /** Red, green, blue, each multiplied by the coverage, and the coverage, [side * side * 4]. */
  readonly drawn: Float32Array;
}

/** Lays a rendered square over the photo, in place. */
export function laySquare(photo: RgbBytes, { toCrop, alpha }: FacePlace, square: RenderedSquare): void {
  const { side, drawn } = square;
  const [left, top] = square.corner;
  const box = {
    left,
    top,
    right: Math.min(photo.width, left + side),
    bottom: Math.min(photo.height, top + side),
  };
  forEachPixel(box, (x, y) => {
    const from = 4 * ((y - top) * side + (x - left));
    const coverage = drawn[from + 3];
    if (coverage === 0) return;
    const share = coverage * sampler(alpha, applySimilarity(toCrop, [x + 0.5, y + 0.5]))(alpha.data, 1, 0);
    if (share === 0) return;
    const to = 3 * (y * photo.width + x);
    for (let c = 0; c < 3; c++) {
      const colour = Math.min(1, Math.max(0, drawn[from + c] / coverage));
      photo.data[to + c] = Math.round((1 - share) * photo.data[to + c] + share * 255 * colour);
    }
  });
}

/**
 * Multiplies the photo by a field, in place.
 * @param field at the size of the crop, [S * S * 3]
 */
export function multiplyByField(photo: RgbBytes, place: FacePlace, field: Float32Array): void {
  const { toCrop, alpha } = place;
  const [before, after] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  forEachPixel(boxOver(place, photo), (x, y) => {
    const at = sampler(alpha, applySimilarity(toCrop, [x + 0.5, y + 0.5]));
    const share = at(alpha.data, 1, 0);
    if (share === 0) return;
    const to = 3 * (y * photo.width + x);
    for (let c = 0; c < 3; c++) {
      before[c] = photo.data[to + c] / 255;
      after[c] = before[c] * (1 + share * (at(field, 3, c) - 1));
    }
    const press = pressed(Math.max(...after), Math.max(...before));
    for (let c = 0; c < 3; c++) photo.data[to + c] = Math.round(255 * press * after[c]);
  });
}

/** The factor that brings the brightest colour of a pixel below 1, and leaves what is no brighter than in the photo. */
function pressed(brightest: number, inPhoto: number): number {
  const start = Math.max(shoulder, inPhoto);
  if (brightest <= start) return 1;
  const room = 1 - start;
  return (start + (room > 0 ? room * Math.tanh((brightest - start) / room) : 0)) / brightest;
}

function forEachPixel({ left, top, right, bottom }: PhotoBox, use: (x: number, y: number) => void): void {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) use(x, y);
  }
}

/** Reads maps of one size at one place, bilinearly; beyond the rim they are 0. */
function sampler({ width, height }: Pick<MaskImage, "width" | "height">, [x, y]: Point) {
  const [column, row] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [fx, fy] = [x - 0.5 - column, y - 0.5 - row];
  const inside = column >= 0 && row >= 0 && column < width - 1 && row < height - 1;
  const first = row * width + column;
  return (data: Float32Array, channels: number, c: number): number => {
    if (!inside) return 0;
    const value = (p: number) => data[channels * p + c];
    const upper = value(first) + fx * (value(first + 1) - value(first));
    const lower = value(first + width) + fx * (value(first + width + 1) - value(first + width));
    return upper + fy * (lower - upper);
  };
}
