import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { InputError } from "../tensor/input-error.js";
import { type Photo, photoAtOwnSize, readImage, readImageBytes } from "./read-image.js";

const orange = { r: 200, g: 100, b: 50 };

describe("base/image/read-image", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "read-image-"));
  });
  after(() => rm(folder, { recursive: true }));

  const plain = (width = 80, height = 70) =>
    sharp({ create: { width, height, channels: 3, background: orange } });

  async function read(name: string, picture: Sharp): Promise<Photo> {
    const file = path.join(folder, name);
    await picture.toFile(file);
    return readImage(file);
  }

  /** The first pixel, in 0..255. */
  function assertColour(photo: Photo, expected: readonly number[], tolerance: number) {
    const first = [...photo.data.slice(0, 3)].map((value) => 255 * value);
    const worst = Math.max(...first.map((value, i) => Math.abs(value - expected[i])));
    assert.ok(worst <= tolerance, `${first} is not ${expected}`);
  }

  async function assertRefused(file: string, ...parts: readonly RegExp[]) {
    await assert.rejects(readImage(file), (error: unknown) => {
      assert.ok(error instanceof InputError, `${error}`);
      assert.ok(!error.message.includes("\n"), "one line");
      assert.ok(error.message.startsWith(`${file}: expected `), error.message);
      for (const part of parts) assert.match(error.message, part);
      return true;
    });
  }

  it("reads RGB as it is, top row first", async () => {
    const photo = await read(
      "rgb.png",
      plain().composite([
        {
          input: { create: { width: 80, height: 1, channels: 3, background: "blue" } },
          left: 0,
          top: 0,
        },
      ]),
    );
    assert.deepEqual([photo.width, photo.height, photo.scale], [80, 70, 1]);
    assertColour(photo, [0, 0, 255], 0);
    assert.deepEqual(
      [...photo.data.slice(-3)],
      [200, 100, 50].map((value) => Math.fround(value / 255)),
    );
  });

  it("reads bytes as the file that they are, and names them as it is told", async () => {
    const fromFile = await read("same.png", plain());
    const photo = await readImageBytes("a photo", await plain().png().toBuffer());
    assert.deepEqual(photo, { ...fromFile, file: "a photo" });
    for (const [bytes, got] of [
      [new Uint8Array(), /an empty file/],
      [Buffer.from("no photo"), /another kind of file/],
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"/>'), /another kind/],
      [(await plain().png().toBuffer()).subarray(0, 120), /damaged or cut-off/],
    ] as const) {
      await assert.rejects(readImageBytes("a photo", bytes), (error: unknown) => {
        assert.ok(error instanceof InputError && error.message.startsWith("a photo: expected "), `${error}`);
        assert.match(error.message, got);
        return true;
      });
    }
  });

  it("applies the EXIF rotation", async () => {
    // The left half is white; orientation 6 is shown turned clockwise, which puts it on top.
    const input = await plain(100, 70)
      .composite([
        { input: { create: { width: 50, height: 70, channels: 3, background: "white" } }, left: 0, top: 0 },
      ])
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const file = path.join(folder, "rotated.jpg");
    await writeFile(file, input);
    const photo = await readImage(file);
    assert.deepEqual([photo.width, photo.height], [70, 100]);
    assertColour(photo, [255, 255, 255], 1);
    const last = [...photo.data.slice(-3)].map((value) => Math.round(255 * value));
    assert.ok(Math.abs(last[0] - 200) < 4 && Math.abs(last[2] - 50) < 4, `${last}`);
  });

  it("turns grayscale of 8 and 16 bits into RGB", async () => {
    assertColour(await read("gray.png", plain().grayscale()), [128, 128, 128], 1);
    assertColour(await read("gray16.png", plain().grayscale().toColourspace("grey16")), [128, 128, 128], 1);
  });

  it("turns CMYK into sRGB", async () => {
    const photo = await read("cmyk.jpg", plain().toColourspace("cmyk").jpeg({ quality: 100 }));
    // Print inks do not reach this orange's blue; red and green come back.
    assertColour(photo, [200, 97, 35], 16);
  });

  it("keeps 16 bits", async () => {
    const values = new Uint16Array(3 * 64 * 64).fill(12345);
    const file = path.join(folder, "deep.png");
    await sharp(values, { raw: { width: 64, height: 64, channels: 3 } })
      .toColourspace("rgb16")
      .png()
      .toFile(file);
    assertColour(
      await readImage(file),
      [1, 1, 1].map((one) => (one * 255 * 12345) / 65535),
      1e-3,
    );
  });

  it("lays alpha over white", async () => {
    const half = [0.5 * 200 + 127.5, 0.5 * 100 + 127.5, 0.5 * 50 + 127.5];
    assertColour(await read("alpha.png", plain().ensureAlpha(0.5)), half, 1);
    const deep = plain().ensureAlpha(0.5).toColourspace("rgb16");
    assertColour(await read("alpha16.png", deep), half, 1);
  });

  it("turns an embedded profile into sRGB, at 8 and at 16 bits", async () => {
    // The stored numbers of Display P3 are other ones (187, 105, 62).
    assertColour(await read("p3.png", plain().withIccProfile("p3")), [200, 100, 50], 1.5);
    const deep = plain().toColourspace("rgb16").withIccProfile("p3");
    assertColour(await read("p3-16.png", deep), [200, 100, 50], 1.5);
  });

  it("takes the first frame of an animation", async () => {
    const frames = Buffer.concat([Buffer.alloc(3 * 64 * 64, 255), Buffer.alloc(3 * 64 * 64, 0)]);
    const file = path.join(folder, "two.gif");
    await sharp(frames, { raw: { width: 64, height: 128, channels: 3, pageHeight: 64 } })
      .gif()
      .toFile(file);
    const photo = await readImage(file);
    assert.deepEqual([photo.width, photo.height], [64, 64]);
    assertColour(photo, [255, 255, 255], 0);
  });

  it("shrinks a large photo while reading and says by how much", async () => {
    const photo = await read("large.jpg", plain(5120, 2560).jpeg());
    assert.deepEqual([photo.width, photo.height, photo.scale], [4096, 2048, 0.8]);
    const whole = await photoAtOwnSize(photo);
    assert.deepEqual([whole.width, whole.height, whole.data.length], [5120, 2560, 3 * 5120 * 2560]);
    for (const [c, value] of [200, 100, 50].entries()) assert.ok(Math.abs(whole.data[c] - value) <= 1);
  });

  it("refuses what is not a photo in one line", async () => {
    await assertRefused(path.join(folder, "missing.jpg"), /a photo/, /no such file/);
    const directory = path.join(folder, "directory.jpg");
    await mkdir(directory);
    await assertRefused(directory, /a directory/);
    const empty = path.join(folder, "empty.jpg");
    await writeFile(empty, "");
    await assertRefused(empty, /an empty file/);
    const text = path.join(folder, "text.jpg");
    await writeFile(text, "these are not\nthe pixels\n");
    await assertRefused(text, /another kind of file/);
    const drawing = path.join(folder, "drawing.svg");
    await writeFile(drawing, `<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>`);
    await assertRefused(drawing, /another kind of file/);
  });

  it("reads BMP, and JPEG that is called .jfif", async () => {
    const file = path.join(folder, "scan.bmp");
    await writeFile(file, bmp(80, 70));
    const photo = await readImage(file);
    assert.deepEqual([photo.width, photo.height], [80, 70]);
    assertColour(photo, [200, 100, 50], 1e-4);
    assert.deepEqual((await readImageBytes("a photo", bmp(80, 70))).data, photo.data);
    await writeFile(file, bmp(80, 70).subarray(0, 600));
    await assertRefused(file, /whole BMP/);
    await writeFile(file, bmp(80, 70, [20_000, 20_000]));
    await assertRefused(file, /at most 50 megapixels/, /400 megapixels/);
    const jfif = path.join(folder, "download.jfif");
    await writeFile(jfif, await plain().jpeg().toBuffer());
    assertColour(await readImage(jfif), [200, 100, 50], 3);
  });

  it("calls a HEIC what it is, and says the way out", async () => {
    const file = path.join(folder, "IMG_1.jpg");
    for (const brands of ["heic\0\0\0\0mif1heic", "heix\0\0\0\0mif1heix", "mif1\0\0\0\0mif1heic"]) {
      const box = Buffer.from(`\0\0\0\u0018ftyp${brands}\0\0\0\0meta`, "latin1");
      await writeFile(file, Buffer.concat([box, Buffer.alloc(100)]));
      await assertRefused(file, /got a HEIC/, /save it as JPEG/);
    }
    const avif = await read("photo.avif", plain().avif({ effort: 0 }));
    assertColour(avif, [200, 100, 50], 6);
  });

  it("refuses a photo that is cut short, as JPEG and as PNG", async () => {
    const noise = Buffer.from(Array.from({ length: 3 * 128 * 128 }, (_, i) => (i * i * 31) % 251));
    const picture = sharp(noise, { raw: { width: 128, height: 128, channels: 3 } });
    for (const [name, bytes] of [
      ["cut.jpg", await picture.clone().jpeg().toBuffer()],
      ["cut.png", await picture.clone().png().toBuffer()],
    ] as const) {
      const file = path.join(folder, name);
      await writeFile(file, bytes.subarray(0, bytes.length / 2));
      await assertRefused(file, /a whole photo/, /damaged or cut-off/);
    }
  });

  it("refuses a photo that is replaced while it is read, of which two might be mixed", async () => {
    const file = path.join(folder, "replaced.png");
    await plain(1500, 1500).toFile(file);
    let [reading, time] = [true, 1];
    const replacing = (async () => {
      while (reading) await utimes(file, time, time++);
    })();
    await assertRefused(file, /a photo that stays the same while it is read/);
    reading = false;
    await replacing;
  });

  it("refuses a photo that is too small", async () => {
    const file = path.join(folder, "small.png");
    await plain(20, 20).toFile(file);
    await assertRefused(file, /at least 64 px/, /20 x 20 px/);
  });

  it("refuses a decompression bomb before decoding it", async () => {
    const file = path.join(folder, "bomb.png");
    await writeFile(file, hollowPng(60000, 60000));
    await assertRefused(file, /at most 200 megapixels/, /3600 megapixels/);
  });

  it("refuses what the decoder would have to hold whole in more memory than a photo may take", async () => {
    // An interlaced 16-bit PNG took 4.4 GB and 16 s, a progressive JPEG of this size 2.7 GB.
    const interlaced = path.join(folder, "interlaced.png");
    await writeFile(interlaced, hollowPng(14142, 14142, { depth: 16, interlaced: true }));
    await assertRefused(interlaced, /at most 46 megapixels/, /interlaced .* PNG, 14142 x 14142 px = 200/);
    const progressive = path.join(folder, "progressive.jpg");
    const small = await plain().jpeg({ progressive: true }).toBuffer();
    const frame = small.indexOf(Buffer.from([0xff, 0xc2])); // height and width follow its length and depth
    small.writeUInt16BE(14142, frame + 5);
    small.writeUInt16BE(14142, frame + 7);
    await writeFile(progressive, small);
    await assertRefused(progressive, /at most 93 megapixels .*plain JPEG/, /progressive JPEG, 14142 x 14142/);
    const deep = path.join(folder, "deep.png");
    await writeFile(deep, hollowPng(14142, 14142, { depth: 16 }));
    await assertRefused(deep, /at most 100 megapixels/);
    // Nothing is said against the size of a plain one of 8 bits.
    const fine = path.join(folder, "fine.png");
    await writeFile(fine, hollowPng(14142, 14142));
    await assertRefused(fine, /a whole photo/, /damaged or cut-off/);
  });

  it("keeps drawings from the decoder that begin like a photo", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"/>';
    for (const text of [`<!--ftypavif-->${svg}`, `RIFF<!--WEBP-->${svg}`, `GIF<!-- -->${svg}`]) {
      const file = path.join(folder, "drawing.avif");
      await writeFile(file, text);
      await assertRefused(file, /another kind of file/);
      await assert.rejects(readImageBytes("a photo", Buffer.from(text)), /another kind of file/);
    }
    await readImageBytes("a photo", await plain().png().toBuffer());
    // Once a photo has been read, the decoder itself has no loader for them either.
    await assert.rejects(sharp(Buffer.from(svg)).metadata(), /unsupported image format/);
  });
});

/** An orange BMP of 24 bits, which may claim other sides than it has. */
function bmp(width: number, height: number, [claimedWidth, claimedHeight] = [width, height]): Buffer {
  const row = 4 * Math.ceil((3 * width) / 4);
  const bytes = Buffer.alloc(54 + row * height);
  bytes.write("BM");
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, claimedWidth],
    [22, claimedHeight],
    [34, row * height],
  ])
    bytes.writeInt32LE(value, at);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) bytes.set([orange.b, orange.g, orange.r], 54 + y * row + 3 * x);
  return bytes;
}

/** A PNG that claims a size and holds next to nothing. */
function hollowPng(width: number, height: number, { depth = 8, interlaced = false } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, 2, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}
