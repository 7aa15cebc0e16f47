/** For tests: a data set whose samples are told apart by their values, and that counts how often it was read. */
import type { Dataset, Sample } from "../dataset.js";

export interface CountingOptions {
  readonly size: number;
  readonly side: number;
  /** The memory of an Int32Array of one number, which all threads see. */
  readonly reads: SharedArrayBuffer;
  /** The sample that cannot be read. */
  readonly broken?: number;
}

export async function openDataset({ size, side, reads, broken }: CountingOptions): Promise<Dataset> {
  const counter = new Int32Array(reads);
  return {
    name: "counting",
    size,
    side,
    async read(index): Promise<Sample> {
      if (index === broken) throw new Error(`sample ${index} is broken`);
      Atomics.add(counter, 0, 1);
      Atomics.notify(counter, 0);
      return {
        id: String(index),
        image: { width: side, height: side, data: new Float32Array(3 * side * side).fill(index / size) },
        mask: { width: side, height: side, data: new Float32Array(side * side).fill(1) },
        points: Array.from({ length: 68 }, (_, k) => [k, index] as const),
      };
    },
  };
}
