import assert from "node:assert/strict";
import { halveImage } from "./halve.js";
import { resizeToFit } from "./resize.js";
import { blankImage, type RgbImage } from "./rgb-image.js";
import { applySimilarity, type Similarity } from "./similarity.js";
import { warpImage } from "./warp.js";

const identity: Similarity = { scale: 1, rotation: 0, translation: [0, 0] };

function paint(width: number, height: number, gray: (x: number, y: number) => number): RgbImage {
  const image = blankImage(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data.fill(gray((i % width) + 0.5, Math.floor(i / width) + 0.5), 3 * i, 3 * i + 3);
  }
  return image;
}

const at = (image: RgbImage, x: number, y: number) => image.data[3 * (y * image.width + x)];

/** The largest distance from `gray`, away from the border. */
function largestError(image: RgbImage, border: number, gray: (x: number, y: number) => number): number {
  let worst = 0;
  for (let y = border; y < image.height - border; y++) {
    for (let x = border; x < image.width - border; x++) {
      worst = Math.max(worst, Math.abs(at(image, x, y) - gray(x + 0.5, y + 0.5)));
    }
  }
  return worst;
}

describe("base/image/warp", () => {
  it("returns the pixels unchanged under the identity, and whole pixels under a whole shift", () => {
    const image = paint(20, 17, (x, y) => ((x * 7 + y * 13) % 11) / 11);
    const same = warpImage(image, identity, 20, 17);
    assert.ok(same.image.data.every((value, i) => Math.abs(value - image.data[i]) < 1e-6));
    assert.ok(same.valid.data.every((value) => value === 1));
    const moved = warpImage(image, { ...identity, translation: [3, 2] }, 20, 17);
    assert.ok(Math.abs(at(moved.image, 10, 9) - at(image, 7, 7)) < 1e-6);
  });

  it("carries a linear ramp exactly to where the transform says, shrinking, turning, enlarging", () => {
    const ramp = (x: number, y: number) => 0.2 + 0.001 * x + 0.0005 * y;
    const image = paint(400, 300, ramp);
    for (const scale of [0.15, 0.3, 0.6, 1, 2.3]) {
      const rotation = 0.4;
      const centre = applySimilarity({ scale, rotation, translation: [0, 0] }, [200, 150]);
      const toOutput: Similarity = { scale, rotation, translation: [20 - centre[0], 20 - centre[1]] };
      const cos = Math.cos(rotation) / scale;
      const sin = Math.sin(rotation) / scale;
      const expected = (x: number, y: number) =>
        ramp(200 + cos * (x - 20) + sin * (y - 20), 150 - sin * (x - 20) + cos * (y - 20));
      const { image: output } = warpImage(image, toOutput, 40, 40);
      // 0.15 is 1/6.7: a border of 16 px keeps the kernel inside the source.
      assert.ok(largestError(output, 16, expected) < 2e-3, `scale ${scale}`);
    }
  });

  it("does not alias when it shrinks: stripes of up to 1.1 new pixels turn into gray", () => {
    const side = 1024;
    const shrink: Similarity = { scale: 224 / side, rotation: 0, translation: [0, 0] };
    for (const period of [2.2, 2.5, 3, 3.7, 5]) {
      const stripes = paint(side, 64, (x) => 0.5 + 0.5 * Math.cos((2 * Math.PI * x) / period));
      const { image } = warpImage(stripes, shrink, 224, 14);
      assert.ok(
        largestError(image, 3, () => 0.5) < 0.015,
        `period ${period}: ${largestError(image, 3, () => 0.5)}`,
      );
    }
  });

  it("keeps what the smaller picture can hold", () => {
    const shrink: Similarity = { scale: 224 / 1024, rotation: 0, translation: [0, 0] };
    const period = 40; // of 1024 px: 8.75 px of 224
    const wave = (x: number) => 0.5 + 0.4 * Math.cos((2 * Math.PI * x) / period);
    const { image } = warpImage(paint(1024, 64, wave), shrink, 224, 14);
    assert.ok(largestError(image, 3, (x) => wave(x / shrink.scale)) < 0.06);
  });

  it("repeats the edge outside the source and says so in the mask", () => {
    const image = paint(10, 10, (x) => x / 10);
    const { image: output, valid } = warpImage(image, { ...identity, translation: [5, 0] }, 20, 10);
    assert.ok(Math.abs(at(output, 0, 5) - at(image, 0, 5)) < 1e-6);
    assert.ok(Math.abs(at(output, 19, 5) - at(image, 9, 5)) < 1e-6);
    assert.deepEqual(
      [...valid.data.slice(0, 20)],
      Array.from({ length: 20 }, (_, x) => (x >= 5 && x < 15 ? 1 : 0)),
    );
  });

  it("gives a part of the picture as it gives the whole", () => {
    const image = paint(300, 300, (x, y) => 0.5 + 0.2 * Math.sin(x / 9) + 0.2 * Math.cos(y / 7 + x / 30));
    const whole = warpImage(image, { scale: 0.3, rotation: 0.2, translation: [30, 0] }, 110, 110).image;
    const part = warpImage(image, { scale: 0.3, rotation: 0.2, translation: [-20, -50] }, 20, 20).image;
    let worst = 0;
    for (let i = 0; i < 400; i++) {
      const [x, y] = [i % 20, Math.floor(i / 20)];
      worst = Math.max(worst, Math.abs(at(part, x, y) - at(whole, x + 50, y + 50)));
    }
    assert.ok(worst < 0.01, `${worst}`);
  });

  it("stays in [0, 1] beside a hard edge", () => {
    const edge = paint(40, 40, (x) => (x < 20 ? 0 : 1));
    const { image } = warpImage(edge, { scale: 1.3, rotation: 0.3, translation: [0, 0] }, 50, 50);
    assert.ok(image.data.every((value) => value >= 0 && value <= 1));
  });

  it("names what is wrong with an image or a transform", () => {
    const broken: RgbImage = { width: 4, height: 4, data: new Float32Array(10) };
    assert.throws(() => warpImage(broken, identity, 4, 4), /4 x 4 x 3 = 48 values but has 10/);
    const flat = { ...identity, scale: 0 };
    assert.throws(() => warpImage(blankImage(4, 4), flat, 4, 4), /scale above 0/);
    assert.throws(() => blankImage(0, 4), /0 x 4/);
  });
});

describe("base/image/halve", () => {
  it("keeps a constant up to the border and a ramp inside it, and rounds an odd size up", () => {
    const flat = halveImage(paint(33, 20, () => 0.7));
    assert.deepEqual([flat.width, flat.height], [17, 10]);
    assert.ok(flat.data.every((value) => Math.abs(value - 0.7) < 1e-6));
    const ramp = (x: number, y: number) => 0.1 + x / 100 + y / 200;
    const half = halveImage(paint(40, 40, ramp));
    assert.ok(largestError(half, 2, (x, y) => ramp(2 * x, 2 * y)) < 1e-6);
  });
});

describe("base/image/resize", () => {
  it("fits the longer side, smaller or larger, and leaves alone what fits", () => {
    const image = paint(300, 100, () => 0.5);
    for (const [side, size] of [
      [150, [150, 50, 0.5]],
      [600, [600, 200, 2]],
    ] as const) {
      const { image: fitted, scale } = resizeToFit(image, side);
      assert.deepEqual([fitted.width, fitted.height, scale], size);
    }
    assert.equal(resizeToFit(image, 300).image, image);
  });
});
