import assert from "node:assert/strict";
import { gaussianBlur } from "./gaussian-blur.js";

describe("Gaussian blur", () => {
  it("spreads one texel over its neighbours, by the weights of a normal distribution", () => {
    const map = new Float32Array(81);
    map[4 * 9 + 4] = 1;
    const blurred = gaussianBlur(map, 9, 1);
    const weights = [-3, -2, -1, 0, 1, 2, 3].map((d) => Math.exp(-(d * d) / 2));
    const total = weights.reduce((sum, w) => sum + w, 0);
    assert.ok(Math.abs(blurred[4 * 9 + 4] - 1 / total ** 2) < 1e-6);
    assert.ok(Math.abs(blurred[4 * 9 + 5] / blurred[4 * 9 + 4] - Math.exp(-0.5)) < 1e-6);
    assert.ok(Math.abs(blurred[6 * 9 + 5] / blurred[4 * 9 + 4] - Math.exp(-2.5)) < 1e-6);
    assert.ok(Math.abs(blurred.reduce((sum, v) => sum + v, 0) - 1) < 1e-6);
  });

  it("keeps an even map away from the rim, beyond which there is 0", () => {
    const blurred = gaussianBlur(new Float32Array(400).fill(2), 20, 2);
    assert.ok(Math.abs(blurred[10 * 20 + 10] - 2) < 1e-5);
    assert.ok(Math.abs(blurred[10 * 20] - 1.2) < 0.05, `${blurred[10 * 20]}`);
  });
});
