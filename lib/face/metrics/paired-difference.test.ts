import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { pairedDifference } from "./paired-difference.js";

describe("paired difference", () => {
  it("is the mean of the differences, with the faces that gained and lost", () => {
    const found = pairedDifference([3, 5, 1, 4], [1, 4, 2, 4], createRandom(1));
    assert.equal(found.mean, 0.5);
    assert.deepEqual([found.count, found.larger, found.smaller], [4, 2, 1]);
  });

  it("has an interval of about 1.96 standard errors, and the same again from the same seed", () => {
    const random = createRandom(5);
    const a = Array.from({ length: 400 }, () => 0.2 + random.normal());
    const b = a.map(() => 0);
    const found = pairedDifference(a, b, createRandom(2));
    const spread = Math.sqrt(a.reduce((sum, v) => sum + (v - found.mean) ** 2, 0) / a.length / a.length);
    assert.ok(Math.abs((found.high - found.low) / (2 * 1.96 * spread) - 1) < 0.1);
    assert.ok(found.low < found.mean && found.mean < found.high);
    assert.deepEqual(pairedDifference(a, b, createRandom(2)), found);
  });

  it("has no width where all faces differ alike, and is NaN without faces", () => {
    const same = pairedDifference([2, 3], [1, 2], createRandom(1));
    assert.deepEqual([same.mean, same.low, same.high], [1, 1, 1]);
    assert.ok(Number.isNaN(pairedDifference([], [], createRandom(1)).mean));
  });

  it("names lists of two lengths", () => {
    assert.throws(() => pairedDifference([1], [], createRandom(1)), /`b` should have 1 numbers but has 0/);
  });
});
