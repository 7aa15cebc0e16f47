import assert from "node:assert/strict";
import sharp from "sharp";
import type { RgbImage } from "../base/image/rgb-image.js";
import { imageStrip, showImages } from "./index.js";

function flat(width: number, height: number, rgb: readonly number[]): RgbImage {
  return { width, height, data: Float32Array.from({ length: width * height * 3 }, (_, i) => rgb[i % 3]) };
}

async function pixels(png: Buffer) {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
}

describe("imageStrip", () => {
  it("puts images in rows, each at its own size where there is room, clipped to [0, 1]", async () => {
    const images = [
      { image: flat(20, 10, [1, 0, 0]), caption: "" },
      { image: flat(20, 10, [0, 2, 0]), caption: "" },
      { image: flat(20, 10, [-1, 0, 0.5]), caption: "" },
    ];
    const { png, width, height } = await imageStrip(images, { columns: 2 });
    assert.deepEqual([width, height], [48, 28]);
    const at = await pixels(png);
    assert.deepEqual(at(10, 5), [255, 0, 0]);
    assert.deepEqual(at(38, 5), [0, 255, 0]);
    assert.deepEqual(at(10, 23), [0, 0, 128]);
    assert.deepEqual(at(24, 5), [255, 255, 255], "white between");
    assert.deepEqual(at(38, 23), [255, 255, 255], "white where there is no image");
  });

  it("keeps rows top first, and pixels visible where they are much enlarged", async () => {
    const data = Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]);
    const { png, height } = await imageStrip([{ image: { width: 2, height: 2, data }, caption: "" }], {
      width: 40,
    });
    assert.equal(height, 40);
    const at = await pixels(png);
    assert.deepEqual(
      [at(19, 19), at(20, 19)],
      [
        [255, 0, 0],
        [0, 255, 0],
      ],
    );
    assert.deepEqual(
      [at(19, 20), at(20, 20)],
      [
        [0, 0, 255],
        [255, 255, 255],
      ],
    );
  });

  it("writes captions below the images", async () => {
    const image = flat(120, 20, [1, 1, 1]);
    const { png, height } = await imageStrip([{ image, caption: "Detailed <albedo> & light of a face" }]);
    assert.equal(height, 20 + 2 * 17 + 6);
    const { data } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
    assert.ok(data.subarray(0, 20 * 120).every((value) => value === 255));
    assert.ok(
      data.subarray(20 * 120).some((value) => value < 100),
      "text is drawn",
    );
  });

  it("is shown with the captions as alternative text", async () => {
    const image = flat(4, 4, [0, 0, 0]);
    const bundle = await showImages([
      { image, caption: "photo" },
      { image, caption: "albedo" },
    ]);
    const { alt, width } = bundle.metadata["image/png"] as { alt: string; width: number };
    assert.deepEqual([alt, width], ["photo | albedo", 16]);
    assert.equal(bundle.data["text/plain"], "[images: photo | albedo]");
  });

  it("names the image that is not one", async () => {
    const short = { width: 2, height: 2, data: new Float32Array(5) };
    await assert.rejects(
      imageStrip([{ image: short, caption: "uv" }]),
      /`data` of "uv" should have 2 x 2 x 3 = 12 values but has 5/,
    );
    const broken = flat(2, 2, [0, 0, 0]);
    broken.data[9] = Number.NaN;
    await assert.rejects(
      imageStrip([{ image: broken, caption: "uv" }]),
      /should be finite but is NaN at x=1, y=1/,
    );
    await assert.rejects(imageStrip([]), /at least one image but is empty/);
    const good = { image: flat(2, 2, [0, 0, 0]), caption: "" };
    await assert.rejects(
      imageStrip([good], { columns: 0 }),
      /`columns` should be an integer from 1 but is 0/,
    );
    await assert.rejects(imageStrip([good, good], { width: 5 }), /leave room for 2 columns but is 5/);
  });
});
