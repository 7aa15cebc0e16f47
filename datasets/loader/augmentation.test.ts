import assert from "node:assert/strict";
import { createRandom, type Point } from "rerenderable";
import { mirrorOrder } from "rerenderable/face";
import type { Sample } from "../dataset.js";
import { augment, mildAugmentation, noAugmentation } from "./augmentation.js";

const side = 64;

/** A smooth picture whose red channel says x and green y, so that a pixel tells where it came from. */
const sample: Sample = {
  id: "a",
  image: {
    width: side,
    height: side,
    data: Float32Array.from({ length: 3 * side * side }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return [((pixel % side) + 0.5) / side, (Math.floor(pixel / side) + 0.5) / side, 0.5][i % 3];
    }),
  },
  mask: {
    width: side,
    height: side,
    data: Float32Array.from({ length: side * side }, (_, p) => (p % side < side / 4 ? 1 : 0)),
  },
  points: Array.from({ length: 68 }, (_, k): Point => [20 + (k % 17), 20 + k / 4]),
};

describe("datasets/loader/augment", () => {
  it("without anything to do returns the sample's own values", () => {
    assert.deepEqual(augment(sample, noAugmentation, createRandom(1)), sample);
  });

  it("mirrors picture, mask and points alike, and twice is nothing", () => {
    const always = { ...noAugmentation, mirror: 1 };
    const once = augment(sample, always, createRandom(1));
    assert.equal(once.image.data[0], sample.image.data[3 * (side - 1)]);
    assert.equal(once.mask.data[side - 1], 1);
    assert.deepEqual(once.points[0], [side - sample.points[16][0], sample.points[16][1]]);
    assert.equal(mirrorOrder[0], 16);
    assert.deepEqual(augment(once, always, createRandom(2)), sample);
  });

  it("moves points with the pixels they stand on", () => {
    const { turn, growth, shift } = mildAugmentation;
    for (let seed = 0; seed < 8; seed++) {
      const { image, points } = augment(
        sample,
        { ...noAugmentation, turn, growth, shift },
        createRandom(seed),
      );
      for (const [k, [x, y]] of points.entries()) {
        const at = 3 * (Math.floor(y) * side + Math.floor(x));
        // The pixel's centre is up to half a pixel from the point.
        assert.ok(Math.abs(image.data[at] * side - sample.points[k][0]) < 0.8, `${seed} ${k}`);
        assert.ok(Math.abs(image.data[at + 1] * side - sample.points[k][1]) < 0.8, `${seed} ${k}`);
      }
    }
  });

  it("keeps a mask of 0 and 1, and stays within what it names", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { image, mask, points } = augment(sample, { ...mildAugmentation, mirror: 0 }, createRandom(seed));
      assert.ok(mask.data.every((value) => value === 0 || value === 1));
      assert.ok(image.data.every((value) => value >= 0 && value <= 1));
      const blue = image.data[3 * (side * (side / 2) + side / 2) + 2] / 0.5;
      assert.ok(Math.abs(blue - 1) <= mildAugmentation.exposure + mildAugmentation.whiteBalance + 1e-6);
      for (const [k, [x, y]] of points.entries()) {
        const [x0, y0] = sample.points[k];
        // Turn and growth about the centre, and the shift.
        const reach = 0.1 * Math.hypot(x0 - side / 2, y0 - side / 2) + 0.015 * side * Math.SQRT2;
        assert.ok(Math.hypot(x - x0, y - y0) <= reach, `${seed} ${k}`);
      }
    }
  });

  it("leaves a sample with truth as it is, and draws the same numbers", () => {
    const [one, other] = [createRandom(1), createRandom(1)];
    const rendered = { ...sample, truth: { light: new Float32Array(27) } };
    assert.equal(augment(rendered, mildAugmentation, one), rendered);
    augment(sample, noAugmentation, other);
    assert.deepEqual(one.state, other.state);
  });
});
