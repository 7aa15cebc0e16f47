import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { readImage } from "./read-image.js";
import { blankImage, type MaskImage } from "./rgb-image.js";
import { encodeMaskPng, encodePng, writeMaskPng, writePng } from "./write-image.js";

describe("base/image/write-image", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "write-image-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("clamps, rounds, and comes back within half a step", async () => {
    const image = blankImage(80, 70);
    for (let i = 0; i < image.data.length; i++) image.data[i] = (i % 301) / 250 - 0.1;
    const file = path.join(folder, "image.png");
    await writePng(file, image);
    const back = await readImage(file);
    assert.deepEqual([back.width, back.height], [80, 70]);
    for (const [i, value] of image.data.entries()) {
      const expected = Math.min(1, Math.max(0, value));
      assert.ok(Math.abs(back.data[i] - expected) <= 0.5 / 255 + 1e-6);
    }
  });

  it("writes a mask in one channel", async () => {
    const mask: MaskImage = { width: 2, height: 1, data: Float32Array.of(0, 1) };
    const file = path.join(folder, "mask.png");
    await writeMaskPng(file, mask);
    const { data, info } = await sharp(file).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
    assert.equal(info.channels, 1);
    assert.deepEqual([...data], [0, 255]);
    const metadata = await sharp(await encodeMaskPng(mask)).metadata();
    assert.equal(metadata.channels, 1);
  });

  it("names the pixel that is not a number", async () => {
    const image = blankImage(4, 4);
    image.data[3 * (2 * 4 + 1)] = Number.NaN;
    await assert.rejects(encodePng(image), /NaN at pixel x 1, y 2/);
  });
});
