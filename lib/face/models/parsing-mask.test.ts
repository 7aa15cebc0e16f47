import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { blankImage, type RgbImage } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import { exportOnnx } from "../../networks/export-onnx.js";
import { createNetwork } from "../../networks/graph.js";
import { conv } from "../../networks/layers.js";
import { finalMask } from "./face-mask.js";
import { celebAMaskClasses, facialClasses, loadParsingMask } from "./parsing-mask.js";

const side = 32;

/** A "parser" that is sure of skin where red is above 0.5, of hair where blue is, else background; a second output is idle. */
const parser = createNetwork("parser", ({ add, input }) => {
  const image = input("image", [side, side, 3]);
  const scores = add("scores", conv({ filters: 3, kernel: 1 }), image);
  const idle = add("idle", conv({ filters: 3, kernel: 1 }), image);
  return { scores, idle };
});
const plain = {
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
  classes: ["background", "skin", "hair"],
  facial: ["skin"],
};
const parameters = {
  "scores.weight": Float32Array.of(0, 0, 0, 40, 0, 0, 0, 0, 40),
  "scores.bias": Float32Array.of(20, 0, 0),
  "idle.weight": new Float32Array(9),
  "idle.bias": new Float32Array(3),
};

/** Skin on the left half, hair on the right, a background of black below. */
function picture(width: number): RgbImage {
  const image = blankImage(width, width);
  for (let p = 0; p < width * width; p++) {
    const [x, y] = [p % width, Math.floor(p / width)];
    if (y < (3 * width) / 4) image.data.set(x < width / 2 ? [0.9, 0.4, 0.3] : [0.1, 0.2, 0.8], 3 * p);
  }
  return image;
}

describe("face/models/parsing-mask", () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "parsing-mask-"));
    file = path.join(folder, "parser.onnx");
    await writeFile(file, exportOnnx(parser, { image: [1, side, side, 3] }, parameters));
  });
  after(() => rm(folder, { recursive: true }));

  const ask = (image: RgbImage) => {
    const { width, height } = image;
    const projected = { width, height, data: new Float32Array(width * height).fill(1) };
    return { image, points: [], projected };
  };

  it("knows the 19 classes, and which are a face's", () => {
    assert.equal(celebAMaskClasses.length, 19);
    assert.deepEqual(
      facialClasses.map((name) => (celebAMaskClasses as readonly string[]).indexOf(name)),
      [1, 2, 3, 10, 12, 13],
    );
  });

  it("is 1 where the network's best class is facial, at the picture's size, whatever the network's", async () => {
    const masker = await loadParsingMask(file, plain);
    for (const width of [side, 64, 24]) {
      const { width: w, height, data } = await masker.mask(ask(picture(width)));
      assert.deepEqual([w, height], [width, width]);
      // Edges at multiples of the network's pixels: exact.
      for (let p = 0; p < data.length; p++) {
        const [x, y] = [p % width, Math.floor(p / width)];
        assert.equal(data[p], x < width / 2 && y < (3 * width) / 4 ? 1 : 0, `${width}: ${x}, ${y}`);
      }
    }
    await masker.dispose();
  });

  it("takes off mean and deviation as it is told", async () => {
    // Red of 0.9 becomes 0.4: below the background's 0.5.
    const masker = await loadParsingMask(file, { ...plain, mean: [0.5, 0, 0] });
    assert.ok((await masker.mask(ask(picture(side)))).data.every((value) => value === 0));
    await masker.dispose();
  });

  it("parses one picture once, however often it is asked", async () => {
    const masker = await loadParsingMask(file, plain);
    const image = picture(side);
    assert.equal(await masker.mask(ask(image)), await masker.mask(ask(image)));
    await masker.dispose();
  });

  it("is multiplied by the projected face, Eq. 14", () => {
    const mask = (...data: number[]) => ({ width: 2, height: 2, data: Float32Array.from(data) });
    assert.deepEqual(Array.from(finalMask(mask(0, 1, 0, 1), mask(0, 0, 1, 1)).data), [0, 0, 0, 1]);
    assert.throws(
      () => finalMask({ width: 1, height: 1, data: Float32Array.of(1) }, mask(0, 0, 1, 1)),
      /`parsing` should be 2 x 2 px but is 1 x 1/,
    );
  });

  it("refuses in one line what is no such network", async () => {
    const refused = (name: string, pattern: RegExp, options = {}) =>
      assert.rejects(loadParsingMask(name, options), (error: unknown) => {
        assert.ok(error instanceof InputError && !error.message.includes("\n"), `${error}`);
        assert.match(error.message, pattern);
        return true;
      });
    await refused(
      path.join(folder, "none.onnx"),
      /none\.onnx: expected a face parsing network.* no such file/,
    );
    await refused(folder, /a directory/);
    await refused(file, /parser\.onnx: expected 19 classes a pixel, got 3/);
    const text = path.join(folder, "text.onnx");
    await writeFile(text, "not a network");
    await refused(text, /text\.onnx: expected an ONNX model/);
    const flat = createNetwork("flat", ({ add, input }) => ({
      scores: add("pool", { kind: "globalAveragePool" }, input("image", [side, side, 3])),
    }));
    const flatFile = path.join(folder, "flat.onnx");
    await writeFile(flatFile, exportOnnx(flat, { image: [1, side, side, 3] }, {}));
    await refused(flatFile, /scores of each class for each pixel/);
    await assert.rejects(loadParsingMask(file, { facial: ["beak"] }), /"beak", which is no class/);
  });
});
