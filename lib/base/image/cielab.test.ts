import assert from "node:assert/strict";
import { colourDifference, type Lab, labFromSrgb, skinToneGroup, typologyAngle } from "./cielab.js";

const close = (actual: readonly number[], expected: readonly number[], tolerance: number) => {
  expected.forEach((value, i) => {
    assert.ok(Math.abs(actual[i] - value) < tolerance, `${actual} and ${expected}`);
  });
};

describe("base/image/cielab", () => {
  it("has white at 100, black at 0, both grey, and sRGB red where it is known to be", () => {
    close(labFromSrgb([1, 1, 1]), [100, 0, 0], 0.01);
    close(labFromSrgb([0, 0, 0]), [0, 0, 0], 0.01);
    close(labFromSrgb([1, 0, 0]), [53.24, 80.09, 67.2], 0.02);
  });

  it("has ITA 45° where L* − 50 is b*, 0° at L* 50, −45° as far below", () => {
    close(
      [70, 50, 30].map((l) => typologyAngle([l, 12, 20])),
      [45, 0, -45],
      1e-9,
    );
  });

  it("names six groups from very light to dark", () => {
    assert.deepEqual([60, 50, 30, 20, 0, -40].map(skinToneGroup), [
      "very light",
      "light",
      "intermediate",
      "tan",
      "brown",
      "dark",
    ]);
    assert.equal(skinToneGroup(55), "light");
    assert.equal(skinToneGroup(-90), "dark");
  });

  // Pairs 1, 4, 7, 9, 14, 17, 18, 25 and 33 of the published test data: hues on both sides of 0° and 180°, greys.
  const pairs: readonly [Lab, Lab, number][] = [
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
    [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[50, 2.5, 0], [61, -5, 29], 22.8977],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377],
  ];

  it("differs by the published CIEDE2000 of known pairs, both ways", () => {
    for (const [one, other, expected] of pairs) {
      close([colourDifference(one, other), colourDifference(other, one)], [expected, expected], 1e-4);
      assert.equal(colourDifference(one, one), 0);
    }
  });
});
