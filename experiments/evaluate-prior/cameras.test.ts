import assert from "node:assert/strict";
import { srgbToLinear } from "rerenderable";
import { takenWith } from "./cameras.js";

const image = { width: 1, height: 2, data: Float32Array.of(0.8, 0.5, 0.2, 1, 0.95, 0) };

describe("experiments/evaluate-prior/cameras", () => {
  it("leave a photo as it is, or expose it in linear light, in bytes", () => {
    assert.equal(takenWith("as it is", image), image);
    const { data } = takenWith("exposure 0.5", image);
    data.forEach((value, i) => {
      assert.ok(Math.abs(srgbToLinear(value) - 0.5 * srgbToLinear(image.data[i])) < 0.004);
      assert.equal(Math.round(255 * value), Math.fround(255 * value));
    });
  });

  it("clip what is brighter than white, and warm red against blue by 15 %", () => {
    assert.deepEqual(Array.from(takenWith("exposure 1.4", image).data.subarray(3)), [1, 1, 0]);
    const { data } = takenWith("warmer", image);
    const ratio = (c: number) => srgbToLinear(data[c]) / srgbToLinear(image.data[c]);
    assert.ok(Math.abs(ratio(0) / ratio(2) - 1.075 / 0.925) < 0.03);
  });
});
