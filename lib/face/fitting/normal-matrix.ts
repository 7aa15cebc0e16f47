/** `JᵀJ` and `Jᵀr`, summed over blocks of rows. Each row ends in its residual. */
import type { NormalEquations } from "./gauss-newton.js";
import type { SampleHeap } from "./sample-loops.js";

/** Rows of a block, a multiple of 3. 96 rows of 264 numbers are 101 kB and stay in the second cache. */
export const blockRows = 96;

export interface NormalMatrix {
  /** Numbers from row to row. */
  readonly stride: number;
  /** Where the block's rows start on the heap: `place` in bytes, `first` in numbers. */
  readonly place: number;
  readonly first: number;
  /** Sets the sum and all rows to 0. */
  clear(): void;
  /** Adds the first `count` rows of the block. */
  add(count: number): void;
  /** The sum so far, with the residual in column `columns` of each row. */
  equations(): NormalEquations;
}

/** How many numbers a matrix of so many columns needs on a heap. */
export function normalMatrixSize(columns: number): number {
  const stride = strideOf(columns);
  return stride * (blockRows + stride);
}

const strideOf = (columns: number) => Math.ceil((columns + 1) / 8) * 8;

/** @param place where `normalMatrixSize` numbers are free on the heap, in bytes */
export function normalMatrix(columns: number, { numbers, loops }: SampleHeap, place: number): NormalMatrix {
  const stride = strideOf(columns);
  const sum = place + 4 * stride * blockRows;
  return {
    stride,
    place,
    first: place / 4,
    clear: () => numbers.fill(0, place / 4, place / 4 + normalMatrixSize(columns)),
    add: (count) => loops.addProduct(place, count, stride, sum),
    equations() {
      const normal = new Float64Array(columns * columns);
      for (let a = 0, i = sum / 4; a < columns; a++, i += stride) {
        for (let b = 0; b <= a; b++) normal[a * columns + b] = numbers[i + b];
      }
      const last = sum / 4 + columns * stride;
      return { normal, right: Float64Array.from({ length: columns }, (_, a) => -numbers[last + a]) };
    },
  };
}
