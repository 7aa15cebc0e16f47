import assert from "node:assert/strict";
import { createRandom } from "../tensor/random.js";
import { bytesWithoutColour, isColourless, withoutColour } from "./colourless.js";

const side = 64;
const noise = createRandom(1).normalArray(side * side);
/** A picture of a colour for each brightness, with noise of one brightness a pixel. */
const picture = (colour: (brightness: number, p: number) => readonly number[]) => ({
  width: side,
  height: side,
  data: Float32Array.from({ length: side * side }, (_, p) => p).reduce(
    (data, p) => {
      data.set(colour(Math.min(Math.max(p / side ** 2 + 0.02 * noise[p], 0), 1), p), 3 * p);
      return data;
    },
    new Float32Array(3 * side * side),
  ),
});

const grey = picture((v) => [v, v, v]);
const sepia = picture((v) => [v ** 0.8, v ** 0.9, v ** 1.15]);
const coloured = picture((v, p) => (p % 3 === 0 ? [v, 0.8 * v, 0.7 * v] : [0.8 * v, 0.9 * v, v]));

describe("base/image/colourless", () => {
  it("are grey photos and those of one tint, and no photos in colours", () => {
    assert.ok(isColourless(grey));
    assert.ok(isColourless(sepia));
    assert.ok(!isColourless(coloured));
  });

  it("allow what JPEG does to grey", () => {
    const random = createRandom(2);
    const worn = { ...grey, data: grey.data.map((value) => value + 0.006 * random.normal()) };
    assert.ok(isColourless(worn));
  });

  it("keep their luma without colour", () => {
    const { data } = withoutColour(sepia);
    assert.equal(data[30], data[31]);
    const luma = 0.299 * sepia.data[30] + 0.587 * sepia.data[31] + 0.114 * sepia.data[32];
    assert.ok(Math.abs(data[30] - luma) < 1e-6);
    assert.ok(isColourless(withoutColour(coloured)));
    const bytes = bytesWithoutColour({ width: 2, height: 1, data: Uint8Array.of(100, 50, 200, 9, 9, 9) });
    assert.deepEqual(Array.from(bytes.data), [82, 82, 82, 9, 9, 9]);
  });
});
