import assert from "node:assert/strict";
import { labFromSrgb, typologyAngle } from "../../base/image/cielab.js";
import { skinTone } from "./skin-tone.js";

const tan = [0.7, 0.53, 0.43];

describe("face/metrics/skin-tone", () => {
  it("is the typology angle of the colour, and its group", () => {
    const { ita, group, interval } = skinTone(tan, 0);
    assert.equal(ita, typologyAngle(labFromSrgb(tan)));
    assert.equal(group, "tan");
    assert.deepEqual(interval, [ita, ita]);
  });

  it("has ends where the skin is darker and brighter by 1.645 deviations", () => {
    const { interval } = skinTone(tan, 0.1);
    const angle = (factor: number) => typologyAngle(labFromSrgb(tan.map((value) => value * factor)));
    assert.ok(Math.abs(interval[0] - angle(Math.exp(-0.1645))) < 1e-9);
    assert.ok(Math.abs(interval[1] - angle(Math.exp(0.1645))) < 1e-9);
    assert.ok(interval[0] < interval[1]);
  });
});
