/** For tests: two images, the same to the bit on every machine, on which networks are compared. */

import { createRandom } from "../base/tensor/random.js";
import type { NetworkArray } from "../networks/trainable-network.js";

/** Cells of the smooth image along a side. */
const cells = 8;

/** @returns [2, size, size, 3] in [0, 1]: uniform noise, and soft patches of colour */
export function probeImages(size: number): NetworkArray {
  const random = createRandom(1);
  const noise = random.fork("noise");
  const patches = random.fork("patches");
  const corners = Array.from({ length: 3 * (cells + 1) ** 2 }, () => patches.uniform());
  const values = new Float32Array(2 * size * size * 3);
  for (let i = 0; i < values.length / 2; i++) {
    values[i] = noise.uniform();
    values[values.length / 2 + i] = between(corners, size, i);
  }
  return { shape: [2, size, size, 3], values };
}

/** The value `index` of an image [size, size, 3], interpolated between corners [cells + 1, cells + 1, 3]. */
function between(corners: readonly number[], size: number, index: number): number {
  const [row, column, channel] = [Math.floor(index / 3 / size), Math.floor(index / 3) % size, index % 3];
  const [y, x] = [(row * cells) / size, (column * cells) / size];
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const corner = (down: number, right: number) =>
    corners[3 * ((top + down) * (cells + 1) + left + right) + channel];
  const along = (down: number) => corner(down, 0) + (x - left) * (corner(down, 1) - corner(down, 0));
  return along(0) + (y - top) * (along(1) - along(0));
}
