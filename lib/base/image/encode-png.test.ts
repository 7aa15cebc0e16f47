import assert from "node:assert/strict";
import sharp from "sharp";
import { encodeMaskPng, encodePng } from "./encode-png.js";
import { readImageBytes } from "./read-image.js";
import { blankImage, type MaskImage } from "./rgb-image.js";

describe("base/image/encode-png", () => {
  it("clamps, rounds, and comes back within half a step", async () => {
    const image = blankImage(80, 70);
    for (let i = 0; i < image.data.length; i++) image.data[i] = (i % 301) / 250 - 0.1;
    const back = await readImageBytes("image.png", await encodePng(image));
    assert.deepEqual([back.width, back.height], [80, 70]);
    for (const [i, value] of image.data.entries()) {
      const expected = Math.min(1, Math.max(0, value));
      assert.ok(Math.abs(back.data[i] - expected) <= 0.5 / 255 + 1e-6);
    }
  });

  it("encodes a mask in one channel", async () => {
    const mask: MaskImage = { width: 2, height: 1, data: Float32Array.of(0, 1) };
    const png = await encodeMaskPng(mask);
    const { data, info } = await sharp(png).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
    assert.equal(info.channels, 1);
    assert.deepEqual([...data], [0, 255]);
    const metadata = await sharp(png).metadata();
    assert.equal(metadata.channels, 1);
  });

  it("names the pixel that is not a number", async () => {
    const image = blankImage(4, 4);
    image.data[3 * (2 * 4 + 1)] = Number.NaN;
    await assert.rejects(encodePng(image), /NaN at pixel x 1, y 2/);
  });
});
