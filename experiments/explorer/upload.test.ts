import assert from "node:assert/strict";
import { InputError } from "rerenderable";
import sharp from "sharp";
import { largestUpload, readUpload, shownName } from "./upload.js";

const picture = sharp({ create: { width: 80, height: 70, channels: 3, background: "orange" } });

describe("experiments/explorer/upload", () => {
  it("reads photos of all kinds", async () => {
    for (const format of ["jpeg", "png", "webp", "tiff", "gif", "avif"] as const) {
      assert.equal((await readUpload("a", await picture.toFormat(format).toBuffer())).width, 80);
    }
  });

  it("refuses all else in one line, before any decoder sees it", async () => {
    for (const [bytes, got] of [
      [
        Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'/>"),
        /got another kind of file/,
      ],
      [Buffer.from("%PDF-1.7"), /got another kind of file/],
      [Buffer.from("GIF"), /got another kind of file/],
      [new Uint8Array(), /got an empty file/],
      [new Uint8Array(largestUpload + 1).fill(0xff), /expected a photo of at most 20 MB, got 20\.0 MB/],
      [(await picture.png().toBuffer()).subarray(0, 99), /a damaged or cut-off file/],
    ] as const) {
      await assert.rejects(readUpload("mine", bytes), (error: unknown) => {
        assert.ok(error instanceof InputError && error.message.startsWith("mine: expected "), `${error}`);
        assert.match(error.message, got);
        return true;
      });
    }
  });

  it("shows a name without path, control characters or end", () => {
    assert.equal(shownName("../../etc/a photo.jpg"), "a photo.jpg");
    assert.equal(shownName("C:\\photos\\été.png"), "été.png");
    assert.equal(shownName("a\nb\u0000\u202ec"), "abc");
    assert.equal(shownName("x".repeat(999)).length, 60);
    assert.equal(shownName(undefined), "photo");
  });
});
