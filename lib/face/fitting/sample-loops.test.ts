import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { blockRows, normalMatrix, normalMatrixSize } from "./normal-matrix.js";
import { placesOnHeap, type SampleHeap, sampleHeap } from "./sample-loops.js";

describe("face/fitting/sample-loops", () => {
  /** The same task on a heap of compiled loops and on one of plain ones. */
  function onBoth(size: number, task: (heap: SampleHeap) => void): [Float32Array, Float32Array] {
    const heaps = [true, false].map((compiled) => sampleHeap(size, { compiled }));
    for (const heap of heaps) {
      const random = createRandom(2);
      for (let i = 0; i < size / 2; i++) heap.numbers[i] = random.normal();
      task(heap);
    }
    return [heaps[0].numbers.slice(), heaps[1].numbers.slice()];
  }

  function assertSame([one, other]: readonly [Float32Array, Float32Array], tolerance: number): void {
    one.forEach((value, i) => {
      assert.ok(Math.abs(value - other[i]) < tolerance, `${i}: ${value} and ${other[i]}`);
    });
  }

  it("sums products by hand: rows [1 2 3 4] and [0 1 0 1] by x = [1 1 2 0] are 9 and 1", () => {
    for (const compiled of [true, false]) {
      const { numbers, loops } = sampleHeap(16, { compiled });
      numbers.set([1, 2, 3, 4, 0, 1, 0, 1, 1, 1, 2, 0]);
      loops.dots(0, 2, 4, 32, 48);
      assert.deepEqual([...numbers.subarray(12, 14)], [9, 1]);
    }
  });

  it("mixes nine rows into three and scales three, the same compiled as plain", () => {
    const mixed = onBoth(2000, ({ loops }) => loops.mix(0, 16, 4 * 160, 4 * 1000, 40));
    assertSame(mixed, 1e-5);
    assert.ok(mixed[0].subarray(1000, 1016).some((v) => v !== 0));
    assert.ok(
      mixed[0].subarray(1016, 1040).every((v) => v === 0),
      "nothing beyond a row",
    );
    assertSame(
      onBoth(2000, ({ loops }) => loops.scale(0, 16, 4 * 160, 4 * 1000, 40)),
      1e-6,
    );
  });

  it("adds JᵀJ and −Jᵀr over blocks of rows, as the formula does", () => {
    const [columns, rows] = [13, 150];
    const random = createRandom(6);
    const jacobian = Array.from({ length: rows }, () =>
      Array.from({ length: columns + 1 }, () => random.normal()),
    );
    for (const compiled of [true, false]) {
      const heap = sampleHeap(normalMatrixSize(columns), { compiled });
      const matrix = normalMatrix(columns, heap, 0);
      for (let from = 0; from < rows; from += blockRows) {
        const block = jacobian.slice(from, from + blockRows);
        block.forEach((row, r) => {
          heap.numbers.set(row, matrix.first + r * matrix.stride);
        });
        matrix.add(block.length);
      }
      const { normal, right } = matrix.equations();
      const product = (a: number, b: number) => jacobian.reduce((sum, row) => sum + row[a] * row[b], 0);
      for (let a = 0; a < columns; a++) {
        for (let b = 0; b <= a; b++) assert.ok(Math.abs(normal[a * columns + b] - product(a, b)) < 1e-3);
        assert.ok(Math.abs(right[a] + product(a, columns)) < 1e-3);
      }
      matrix.clear();
      assert.ok(matrix.equations().normal.every((v) => v === 0));
    }
  });

  it("hands out places that begin at multiples of 16 bytes and do not overlap", () => {
    const places = placesOnHeap();
    assert.deepEqual([places.take(3), places.take(4), places.take(9), places.size()], [0, 16, 32, 20]);
  });
});
