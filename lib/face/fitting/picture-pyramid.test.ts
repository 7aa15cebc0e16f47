import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { picturePyramid, readPicture } from "./picture-pyramid.js";

describe("face/fitting/picture-pyramid", () => {
  const random = createRandom(1);
  const image = {
    width: 12,
    height: 9,
    data: Float32Array.from({ length: 12 * 9 * 3 }, () => random.uniform()),
  };
  const read = (x: number, y: number) => {
    const out = new Float64Array(9);
    readPicture(image, x, y, out);
    return out;
  };

  it("reads a pixel at its centre, and halfway the mean of two", () => {
    const at = (x: number, y: number) => [0, 1, 2].map((c) => image.data[3 * (y * 12 + x) + c]);
    assert.deepEqual([...read(4.5, 3.5).subarray(0, 3)], at(4, 3));
    const [left, right] = [at(4, 3), at(5, 3)];
    read(5, 3.5)
      .subarray(0, 3)
      .forEach((v, c) => {
        assert.ok(Math.abs(v - (left[c] + right[c]) / 2) < 1e-12);
      });
  });

  it("gives the slope that differences give, and none beyond the border", () => {
    const h = 1e-6;
    for (const [x, y] of [
      [3.3, 4.8],
      [10.9, 1.1],
      [0.9, 8.2],
    ]) {
      const [here, right, left, below, above] = [
        read(x, y),
        read(x + h, y),
        read(x - h, y),
        read(x, y + h),
        read(x, y - h),
      ];
      for (let c = 0; c < 3; c++) {
        assert.ok(Math.abs(here[3 + c] - (right[c] - left[c]) / (2 * h)) < 1e-6);
        assert.ok(Math.abs(here[6 + c] - (below[c] - above[c]) / (2 * h)) < 1e-6);
      }
    }
    const outside = read(-5, 4.2);
    assert.deepEqual([...outside.subarray(0, 3)], [...read(0.5, 4.2).subarray(0, 3)]);
    assert.ok(outside.subarray(3, 6).every((slope) => slope === 0));
  });

  it("halves the picture from level to level", () => {
    const sides = picturePyramid(image, 3).map(({ width, height }) => [width, height]);
    assert.deepEqual(sides, [
      [12, 9],
      [6, 5],
      [3, 3],
    ]);
  });
});
