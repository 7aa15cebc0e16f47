import assert from "node:assert/strict";
import type { Figures } from "./figures.js";
import { growth } from "./flat.js";

const level: Figures = {
  step: 0,
  rssMb: 900,
  heapMb: 80,
  externalMb: 200,
  tensors: 12,
  listeners: 9,
  handles: 30,
};
const series = (change: (i: number) => Partial<Figures>) =>
  Array.from({ length: 12 }, (_, i) => ({ ...level, step: 10 * i, ...change(i) }));

describe("scripts/check/soak", () => {
  it("takes a warm-up and swings for level", () => {
    assert.deepEqual(
      growth(series((i) => ({ rssMb: 700 + Math.min(i, 3) * 60, heapMb: 80 + (i % 2) * 3 }))),
      [],
    );
  });

  it("names what grows: memory beyond a twentieth, or one tensor, listener or handle", () => {
    assert.deepEqual(growth(series((i) => ({ rssMb: 900 + 20 * i }))), ["rssMb grew from 1010.0 to 1090.0"]);
    for (const name of ["tensors", "listeners", "handles"] as const) {
      const [sentence] = growth(series((i) => ({ [name]: level[name]! + Math.floor(i / 3) })));
      assert.ok(sentence?.startsWith(`${name} grew`), sentence);
    }
  });
});
