import assert from "node:assert/strict";
import { betterFaces } from "./better-faces.js";

describe("face/metrics/better-faces", () => {
  it("counts the faces that gain, and no ties, by hand", () => {
    assert.deepEqual(betterFaces([0.1, 0.3, 0.2, 0.05], [0.2, 0.2, 0.2, 0.2]), [2, 4]);
  });

  it("says for two results what it says for them in turn, less the ties", () => {
    const [one, other] = [
      [0.1, 0.4, 0.2, 0.3],
      [0.2, 0.3, 0.2, 0.1],
    ];
    const [gained, faces] = betterFaces(one, other);
    const [lost] = betterFaces(other, one);
    assert.equal(gained + lost + 1, faces);
    assert.deepEqual(betterFaces(one, one), [0, 4]);
  });

  it("leaves out faces without a number, and counts none of none", () => {
    assert.deepEqual(betterFaces([undefined, Number.NaN, 0.1, 0.1], [0.2, 0.2, undefined, 0.2]), [1, 1]);
    assert.deepEqual(betterFaces([], []), [0, 0]);
  });

  it("refuses lists of different faces", () => {
    assert.throws(() => betterFaces([0.1], []), /same faces but are 1 and 0/);
  });
});
