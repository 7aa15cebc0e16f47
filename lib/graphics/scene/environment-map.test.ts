import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateSync } from "node:zlib";
import { InputError } from "../../base/tensor/input-error.js";
import { assertClose } from "../../testing/each-engine.js";
import { readEnvironmentMap } from "./environment-map.js";

/** A picture that halves and RGBE hold exactly: red is the column, green the row, blue 1/4. */
function coordinates(width: number, height: number): number[] {
  return Array.from({ length: width * height }, (_, p) => [p % width, Math.floor(p / width), 0.25]).flat();
}

/** A colour in RGBE, by the definition: mantissas of the common exponent, `value = mantissa / 256 · 2^(e − 128)`. */
function rgbe(colour: readonly number[]): number[] {
  const exponent = Math.floor(Math.log2(Math.max(...colour))) + 1;
  return [...colour.map((value) => Math.floor((value * 256) / 2 ** exponent)), exponent + 128];
}

/** A Radiance file. With `coded`, rows are run-length coded as literals, but the exponents as repeats. */
function radianceFile(
  width: number,
  height: number,
  rgb: number[],
  { coded = false, format = "32-bit_rle_rgbe", size = `-Y ${height} +X ${width}` } = {},
): Uint8Array {
  const header = `#?RADIANCE\n# a comment\nFORMAT=${format}\nEXPOSURE=1.0\n\n${size}\n`;
  const pixels = Array.from({ length: width * height }, (_, p) => rgbe(rgb.slice(3 * p, 3 * p + 3)));
  const rows = Array.from({ length: height }, (_, y) => pixels.slice(y * width, (y + 1) * width));
  const body = coded
    ? rows.flatMap((row) => [2, 2, 0, width, ...[0, 1, 2, 3].flatMap((c) => runs(row.map((p) => p[c])))])
    : rows.flat(2);
  return Uint8Array.from([...Buffer.from(header, "latin1"), ...body]);
}

/** A row of one channel as one run where all values are the same, else as one literal. */
function runs(values: number[]): number[] {
  const same = values.every((value) => value === values[0]);
  return same ? [128 + values.length, values[0]] : [values.length, ...values];
}

/** A minimal OpenEXR file: scan lines, no compression, single precision; as one part, or as the first of several. */
function exrFile(
  width: number,
  height: number,
  channels: Record<string, number[]>,
  { severalParts = false, compression = 0 } = {},
): Uint8Array {
  const names = Object.keys(channels).sort();
  const int = (...values: number[]) => [...new Uint8Array(Int32Array.from(values).buffer)];
  const float = (values: number[]) => [...new Uint8Array(Float32Array.from(values).buffer)];
  const text = (value: string) => [...Buffer.from(value, "latin1"), 0];
  const attribute = (name: string, type: string, value: number[]) => [
    ...text(name),
    ...text(type),
    ...int(value.length),
    ...value,
  ];
  const windowBox = int(0, 0, width - 1, height - 1);
  const header = [
    ...[0x76, 0x2f, 0x31, 0x01, 2, severalParts ? 16 : 0, 0, 0],
    ...attribute("channels", "chlist", [...names.flatMap((name) => [...text(name), ...int(2, 0, 1, 1)]), 0]),
    ...attribute("compression", "compression", [compression]),
    ...attribute("dataWindow", "box2i", windowBox),
    ...attribute("displayWindow", "box2i", windowBox),
    ...attribute("lineOrder", "lineOrder", [0]),
    ...attribute("pixelAspectRatio", "float", float([1])),
    ...attribute("screenWindowCenter", "v2f", float([0, 0])),
    ...attribute("screenWindowWidth", "float", float([1])),
    ...(severalParts ? attribute("type", "string", [...Buffer.from("scanlineimage")]) : []),
    ...(severalParts ? attribute("chunkCount", "int", int(height)) : []),
    ...(severalParts ? [0, 0] : [0]),
  ];
  const part = severalParts ? int(0) : [];
  const line = 4 * width * names.length;
  const start = header.length + 8 * height;
  const offsets = Array.from({ length: height }, (_, y) =>
    int(start + y * (part.length + 8 + line), 0),
  ).flat();
  const lines = Array.from({ length: height }, (_, y) => [
    ...part,
    ...int(y, line),
    ...names.flatMap((name) => float(channels[name].slice(y * width, (y + 1) * width))),
  ]);
  return Uint8Array.from([...header, ...offsets, ...lines.flat()]);
}

/** The channels of an RGB picture, and its exr file. */
const channelsOf = (rgb: number[]) => ({
  R: rgb.filter((_, i) => i % 3 === 0),
  G: rgb.filter((_, i) => i % 3 === 1),
  B: rgb.filter((_, i) => i % 3 === 2),
});

describe("graphics/scene/environment-map", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "environment-map-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function put(name: string, bytes: Uint8Array | string): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    return file;
  }

  async function assertRefused(file: string, ...parts: readonly RegExp[]) {
    await assert.rejects(readEnvironmentMap(file), (error: unknown) => {
      assert.ok(error instanceof InputError, `${error}`);
      assert.ok(!error.message.includes("\n"), "one line");
      assert.ok(error.message.startsWith(`${file}: expected `), error.message);
      for (const part of parts) assert.match(error.message, part);
      return true;
    });
  }

  for (const coded of [false, true]) {
    it(`reads a Radiance picture, ${coded ? "run-length coded" : "flat"}, top row first`, async () => {
      const rgb = coordinates(16, 8);
      const map = await readEnvironmentMap(await put("a.hdr", radianceFile(16, 8, rgb, { coded })));
      assert.deepEqual([map.width, map.height, map.front], [16, 8, 0.5]);
      // Within half a step of the mantissa, at most 15 / 128 / 2; blue's steps are those of the largest colour.
      assertClose(map.data, rgb, 0.06);
      // 1 is the mantissa 128 of 256: not three's 128 of 255.
      assertClose(map.data.slice(3, 4), [1], 1e-7);
    });
  }

  it("reads an OpenEXR picture, top row first, by what is in it and not by its name", async () => {
    const rgb = coordinates(8, 4);
    const map = await readEnvironmentMap(await put("exr.hdr", exrFile(8, 4, channelsOf(rgb))), 0.25);
    assert.deepEqual([map.width, map.height, map.front], [8, 4, 0.25]);
    assert.deepEqual([...map.data], rgb);
  });

  it("reads compressed OpenEXR pictures, in half and single precision", async () => {
    const [core, exporters] = ["three", "three/examples/jsm/exporters/EXRExporter.js"];
    const three = await import(core);
    const { EXRExporter, ZIP_COMPRESSION, ZIPS_COMPRESSION } = await import(exporters);
    const rgb = coordinates(64, 32);
    const rgba = Float32Array.from({ length: 4 * 64 * 32 }, (_, i) => {
      // A texture's rows go up.
      const [x, y] = [Math.floor(i / 4) % 64, 31 - Math.floor(i / 4 / 64)];
      return i % 4 === 3 ? 1 : rgb[3 * (64 * y + x) + (i % 4)];
    });
    const texture = new three.DataTexture(rgba, 64, 32, three.RGBAFormat, three.FloatType);
    for (const compression of [ZIPS_COMPRESSION, ZIP_COMPRESSION]) {
      for (const type of [three.HalfFloatType, three.FloatType]) {
        const bytes: Uint8Array = await new EXRExporter().parse(texture, { compression, type });
        const map = await readEnvironmentMap(await put("zip.exr", bytes));
        assert.deepEqual([...map.data], rgb);
        await assertRefused(await put("cut.exr", bytes.slice(0, -10)), /a whole OpenEXR/, /cut short/);
      }
    }
  });

  it("says what is wrong with a file that is no environment map", async () => {
    await assertRefused(path.join(folder, "missing.hdr"), /an environment map.*got no such file/);
    await mkdir(path.join(folder, "folder.exr"));
    await assertRefused(path.join(folder, "folder.exr"), /got a directory/);
    await assertRefused(await put("empty.hdr", ""), /got an empty file/);
    await assertRefused(await put("text.hdr", "A text, not a picture.\n"), /got another kind of file/);
  });

  it("says what is wrong with a Radiance picture", async () => {
    const rgb = coordinates(16, 8);
    const [flat, coded] = [false, true].map((c) => radianceFile(16, 8, rgb, { coded: c }));
    await assertRefused(await put("1.hdr", flat.slice(0, -1)), /without its last 1 of 8 rows/);
    // The last row is 4 bytes and 17 for each channel.
    for (const cut of [1, 20, 71]) {
      await assertRefused(await put("2.hdr", coded.slice(0, -cut)), /without its last 1 of 8 rows/);
    }
    await assertRefused(await put("3.hdr", coded.slice(0, 30)), /a damaged or cut-off header/);
    const spoilt = coded.slice();
    spoilt[coded.length - 72] = 9;
    await assertRefused(await put("4.hdr", spoilt), /a damaged one/);
    await assertRefused(await put("5.hdr", radianceFile(8, 8, coordinates(8, 8))), /twice as wide.*8 x 8 px/);
    const xyz = radianceFile(16, 8, rgb, { format: "32-bit_rle_xyze" });
    await assertRefused(await put("6.hdr", xyz), /in RGB .*got 32-bit_rle_xyze/);
    const upward = radianceFile(16, 8, rgb, { size: "+Y 8 +X 16" });
    await assertRefused(await put("7.hdr", upward), /rows from top to bottom.*got \+Y 8 \+X 16/);
  });

  it("says what is wrong with an OpenEXR picture", async () => {
    const rgb = coordinates(8, 4);
    const whole = exrFile(8, 4, channelsOf(rgb));
    for (const cut of [1, 100, 410]) {
      await assertRefused(
        await put("1.exr", whole.slice(0, -cut)),
        /a whole OpenEXR picture, got one that was/,
      );
    }
    await assertRefused(await put("2.exr", whole.slice(0, 60)), /a damaged or cut-off header/);
    const gray = exrFile(8, 4, { Y: channelsOf(rgb).R, Z: channelsOf(rgb).G });
    await assertRefused(await put("3.exr", gray), /channels R, G and B, got channels Y, Z/);
    const tall = exrFile(4, 4, channelsOf(coordinates(4, 4)));
    await assertRefused(await put("4.exr", tall), /twice as wide as high, got 4 x 4 px/);
    rgb[3 * 9 + 1] = Number.POSITIVE_INFINITY;
    await assertRefused(
      await put("5.exr", exrFile(8, 4, channelsOf(rgb))),
      /finite.*Infinity at pixel x 1, y 1/,
    );
  });

  it("reads the first part of an OpenEXR file of several", async () => {
    const rgb = coordinates(8, 4);
    const bytes = exrFile(8, 4, channelsOf(rgb), { severalParts: true });
    assert.deepEqual([...(await readEnvironmentMap(await put("parts.exr", bytes))).data], rgb);
    await assertRefused(await put("parts.exr", bytes.slice(0, -1)), /cut short/);
  });

  it("refuses what a header only claims, before it allocates the picture", async () => {
    const claim = (width: number, height: number, flags: number) => {
      const bytes = exrFile(8, 4, channelsOf(coordinates(8, 4)));
      const name = Buffer.from("dataWindow\0box2i\0");
      const at = Buffer.from(bytes).indexOf(name) + name.length + 4;
      new DataView(bytes.buffer).setInt32(at + 8, width - 1, true);
      new DataView(bytes.buffer).setInt32(at + 12, height - 1, true);
      bytes[5] = flags;
      return bytes;
    };
    const before = process.resourceUsage().maxRSS;
    // 300 bytes of header took 3.3 GB and 25 s; with the flag of several parts there was no end.
    for (const flags of [0, 16]) {
      await assertRefused(await put("6.exr", claim(8192, 4096, flags)), /a whole OpenEXR picture/);
    }
    await assertRefused(await put("7.exr", claim(20000, 10000, 0)), /at most 8192 x 4096.*20000 x 10000/);
    await assertRefused(await put("8.exr", claim(8, 4, 0).slice(0, 300)), /cut short|cut-off/);
    const wide = radianceFile(16, 8, coordinates(16, 8), { size: "-Y 10000 +X 20000" });
    await assertRefused(await put("8.hdr", wide), /at most 8192 x 4096.*20000 x 10000/);
    const grown = (process.resourceUsage().maxRSS - before) / 1024;
    assert.ok(grown < 100, `${grown} MB`);
  });

  it("refuses a deep OpenEXR picture, whose pixels may have no sample", async () => {
    const deep = exrFile(8, 4, channelsOf(coordinates(8, 4)));
    deep[5] = 8;
    await assertRefused(await put("deep.exr", deep), /a flat OpenEXR picture, got a deep one/);
  });

  it("refuses a chunk that unpacks to more than its pixels", async () => {
    const channels = channelsOf(coordinates(64, 32));
    const packed = deflateSync(Buffer.alloc(4e6)); // 4 kB, less than the 12 kB of 16 rows
    const bytes = exrFile(64, 32, channels, { compression: 3 });
    const chunk = Number(
      new DataView(bytes.buffer).getBigUint64(bytes.length - 32 * (8 + 768) - 32 * 8, true),
    );
    new DataView(bytes.buffer).setUint32(chunk + 4, packed.length, true);
    bytes.set(packed, chunk + 8);
    await assertRefused(await put("bomb.exr", bytes), /a damaged one/);
  });
});
