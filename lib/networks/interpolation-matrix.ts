/**
 * Resizing as a product: each row of an interpolation matrix holds the weights with which the pixels of one line
 * make one new pixel. A resize is one such matrix along the height and one along the width; its gradient is their
 * transposes. The definitions are those of ONNX's Resize.
 */
import type { Pair, Resize } from "./layers.js";

/** @param from the old [height, width] @returns the new [height, width] */
export function resizedSize(to: Resize["to"], from: Pair): Pair {
  if ("size" in to) return to.size;
  return [Math.floor(from[0] * to.factor[0]), Math.floor(from[1] * to.factor[1])];
}

/** @returns the matrix [new, old], row by row, along the height (axis 0) or the width (axis 1) */
export function interpolationMatrix(resize: Resize, axis: 0 | 1, from: Pair): Float32Array {
  const [oldLength, newLength] = [from[axis], resizedSize(resize.to, from)[axis]];
  const matrix = new Float32Array(oldLength * newLength);
  const give = (row: number, pixel: number, weight: number) => {
    matrix[row * oldLength + Math.min(Math.max(pixel, 0), oldLength - 1)] += weight;
  };
  for (let i = 0; i < newLength; i++) {
    const place = placeOf(i, resize, axis, oldLength, newLength);
    if (resize.sampling !== "bilinear") {
      give(i, roundings[resize.sampling](place), 1);
      continue;
    }
    const before = Math.floor(place);
    give(i, before, 1 - (place - before));
    give(i, before + 1, place - before);
  }
  return matrix;
}

function placeOf(
  i: number,
  { to, coordinates }: Resize,
  axis: 0 | 1,
  oldLength: number,
  newLength: number,
): number {
  // The product comes before the division, so that a place on a pixel is exact.
  const scaled = (x: number) => ("size" in to ? (x * oldLength) / newLength : x / to.factor[axis]);
  if (coordinates === "halfPixel") return scaled(i + 0.5) - 0.5;
  if (coordinates === "asymmetric") return scaled(i);
  return newLength === 1 ? 0 : (i * (oldLength - 1)) / (newLength - 1);
}

const roundings = {
  floor: Math.floor,
  ceil: Math.ceil,
  roundHalfDown: (place: number) => Math.ceil(place - 0.5),
  roundHalfUp: (place: number) => Math.floor(place + 0.5),
};
