import assert from "node:assert/strict";
import { labFromSrgb } from "rerenderable";
import { meanColour } from "./figure-counts.js";

describe("experiments: what a figure counts", () => {
  it("takes the mean colour of the mask alone, clipped as pictures are, by hand", () => {
    const data = Float32Array.of(0.2, 0.4, 0.6, 9, 9, 9, 0.4, -1, 2);
    const found = meanColour({ data }, { data: Float32Array.of(1, 0, 1) });
    const expected = labFromSrgb([0.3, 0.2, 0.8]);
    for (const [i, value] of found.entries()) assert.ok(Math.abs(value - expected[i]) < 1e-4);
  });
});
