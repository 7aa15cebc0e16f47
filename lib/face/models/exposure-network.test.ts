import assert from "node:assert/strict";
import { linearToSrgb, srgbToLinear } from "../../base/image/colour.js";
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { exposureBatch, exposureInput, exposureSides } from "./exposure-network.js";

const side = 224;
/** Eyes at two places, all other points between them. */
const points = Array.from({ length: 68 }, (_, i): Point => {
  if (i >= 36 && i < 42) return [60 + 5 * (i - 36), 100];
  if (i >= 42 && i < 48) return [136 + 5 * (i - 42), 100];
  return [112, 120];
});

function picture(f: (x: number, y: number, c: number) => number): RgbImage {
  const data = new Float32Array(3 * side * side).map((_, i) => {
    const p = Math.floor(i / 3);
    return f(p % side, Math.floor(p / side), i % 3);
  });
  return { width: side, height: side, data };
}

const noise = createRandom(1).normalArray(3 * side * side);
const noisy = picture((x, y, c) => 0.4 + 0.05 * noise[3 * (y * side + x) + c] + 0.001 * x);

describe("face/models/exposure-network", () => {
  it("sees the same of a photo that is darker by a factor, and says by how much", () => {
    const [plain, dark] = [1, 0.5].map((factor) =>
      exposureInput({ ...noisy, data: noisy.data.map((value) => factor * value) }, points),
    );
    assert.ok(Math.abs(dark.brightness / plain.brightness - 0.5) < 1e-6);
    for (const name of ["eyes", "crop"] as const)
      plain[name].forEach((value, i) => {
        assert.ok(Math.abs(value - dark[name][i]) < 1e-5);
      });
  });

  it("sees nearly the same where a camera exposed half as long: sRGB is nearly a power", () => {
    const half = noisy.data.map((value) => linearToSrgb(0.5 * srgbToLinear(value)));
    const [plain, dark] = [noisy.data, half].map((data) => exposureInput({ ...noisy, data }, points));
    const off = plain.crop.reduce((sum, value, i) => sum + Math.abs(value - dark.crop[i]), 0);
    assert.ok(off / plain.crop.length < 0.01, `${off / plain.crop.length}`);
  });

  it("has each eye in its middle, the right one mirrored", () => {
    // A bright spot beside each eye, toward the nose.
    const spot = (x: number, y: number) =>
      (y === 99 || y === 100) && (Math.abs(x - 90) < 2 || Math.abs(x - 130) < 2);
    const { eyes } = exposureInput(
      picture((x, y) => (spot(x, y) ? 0.9 : 0.3)),
      points,
    );
    const [height, width] = exposureSides.eye;
    const row = (eye: number) =>
      Array.from({ length: width }, (_, x) => eyes[3 * ((height / 2) * 2 * width + eye * width + x)]);
    const places = [0, 1].map((eye) => row(eye).indexOf(Math.max(...row(eye))));
    assert.ok(Math.abs(places[0] - places[1]) <= 1, `${places}`);
    assert.ok(places[0] > width / 2, "the nose is on the right of both");
  });

  it("of the mirror image is the mirrored one: eyes change places", () => {
    const mirrored: RgbImage = picture((x, y, c) => noisy.data[3 * (y * side + side - 1 - x) + c]);
    const swapped = points.map(([x, y]): Point => [side - x, y]);
    const right = [
      ...swapped.slice(0, 36),
      ...swapped.slice(42, 48),
      ...swapped.slice(36, 42),
      ...swapped.slice(48),
    ];
    const [one, other] = [exposureInput(noisy, points, true), exposureInput(mirrored, right)];
    for (const name of ["eyes", "crop"] as const)
      one[name].forEach((value, i) => {
        assert.ok(Math.abs(value - other[name][i]) < 1e-4, `${name} ${i}: ${value}, ${other[name][i]}`);
      });
  });

  it("stands side by side in a batch", () => {
    const face = exposureInput(noisy, points);
    const { eyes, crop } = exposureBatch([face, face]);
    assert.deepEqual(
      [eyes.shape, crop.shape],
      [
        [2, 32, 96, 3],
        [2, 56, 56, 3],
      ],
    );
    assert.deepEqual(eyes.values.subarray(face.eyes.length), face.eyes);
  });

  it("takes crops whose side the small picture divides", () => {
    const odd = { width: 200, height: 200, data: new Float32Array(3 * 200 * 200) };
    assert.throws(() => exposureInput(odd, points), /a multiple of 56 px but is 200/);
  });
});
