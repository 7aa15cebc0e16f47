import assert from "node:assert/strict";
import { acceptedAt, areaUnderCurve } from "./roc.js";

describe("scripts/measure/embeddings/roc", () => {
  it("is 1 where all pairs of one person score higher, 0 where lower, 1/2 where equal", () => {
    assert.equal(areaUnderCurve([3, 4], [1, 2]), 1);
    assert.equal(areaUnderCurve([1, 2], [3, 4]), 0);
    assert.equal(areaUnderCurve([1, 1, 1], [1, 1]), 0.5);
  });

  it("counts the pairs in order: of 2 × 3, five, and a tie for half", () => {
    assert.equal(areaUnderCurve([0.9, 0.4], [0.5, 0.3, 0.1]), 5 / 6);
    assert.equal(areaUnderCurve([0.9, 0.5], [0.5, 0.3, 0.1]), 5.5 / 6);
  });

  it("accepts what lies above all but the given part of the others", () => {
    const different = Array.from({ length: 100 }, (_, i) => i / 100);
    assert.equal(acceptedAt(0.01, [0.985, 0.99, 0.5, 2], different), 3 / 4);
    assert.equal(acceptedAt(0, [0.985, 0.99, 0.5, 2], different), 1 / 4);
  });
});
