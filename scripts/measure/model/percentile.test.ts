import assert from "node:assert/strict";
import { percentile } from "./percentile.js";

describe("scripts/measure/model/percentile", () => {
  it("is the least value at or below which the share lies", () => {
    const values = [5, 1, 4, 2, 3];
    assert.deepEqual(
      [0.2, 0.5, 0.9, 1].map((share) => percentile(values, share)),
      [1, 3, 5, 5],
    );
    assert.deepEqual(values, [5, 1, 4, 2, 3], "the order of the caller's list stays");
  });

  it("counts weights", () => {
    const weighted = [
      { value: 2, weight: 1 },
      { value: 1, weight: 9 },
    ];
    assert.equal(percentile(weighted, 0.9), 1);
    assert.equal(percentile(weighted, 0.95), 2);
  });
});
