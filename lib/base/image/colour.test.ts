import assert from "node:assert/strict";
import { linearToSrgb, srgbToLinear } from "./colour.js";

describe("base/image/colour", () => {
  it("keeps black and white, and knows the standard's middle gray and its knee", () => {
    assert.equal(srgbToLinear(0), 0);
    assert.ok(Math.abs(srgbToLinear(1) - 1) < 1e-12);
    assert.ok(Math.abs(linearToSrgb(1) - 1) < 1e-12);
    assert.ok(Math.abs(srgbToLinear(0.5) - 0.21404114) < 1e-7);
    assert.ok(Math.abs(linearToSrgb(0.18) - 0.46135612) < 1e-7);
    assert.ok(Math.abs(srgbToLinear(0.04045) - 0.04045 / 12.92) < 1e-12);
  });

  it("is the identity there and back, outside [0, 1] too", () => {
    for (let value = -0.5; value <= 1.5; value += 1 / 64) {
      assert.ok(Math.abs(linearToSrgb(srgbToLinear(value)) - value) < 1e-6, `${value}`);
    }
  });

  it("takes arrays value by value and leaves them as they were", () => {
    const srgb = Float32Array.of(0, 0.5, 1);
    const linear = srgbToLinear(srgb);
    assert.deepEqual([...linear], [0, Math.fround(srgbToLinear(0.5)), 1]);
    assert.deepEqual([...srgb], [0, 0.5, 1]);
    assert.ok(linearToSrgb(linear).every((value, i) => Math.abs(value - srgb[i]) < 1e-6));
  });
});
