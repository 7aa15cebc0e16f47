/** Photos and environment maps. */

import { readEnvironmentMap, readImage } from "rerenderable";
import sharp, { type Sharp } from "sharp";
import { bytesOf, type Door } from "./door.js";

/** Turns a small picture into one of the formats. */
const formats: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  "photo.jpg": (picture) => picture.withMetadata({ orientation: 6 }).jpeg(),
  "progressive.jpg": (picture) => picture.jpeg({ progressive: true }),
  "cmyk.jpg": (picture) => picture.toColourspace("cmyk").jpeg(),
  "photo.png": (picture) => picture.png(),
  "deep.png": (picture) => picture.toColourspace("rgb16").withIccProfile("p3").png(),
  "palette.png": (picture) => picture.png({ palette: true }),
  "photo.webp": (picture) => picture.webp(),
  "photo.tif": (picture) => picture.tiff({ compression: "lzw" }),
  "tiles.tif": (picture) =>
    picture.tiff({ compression: "deflate", tile: true, tileWidth: 64, tileHeight: 64 }),
  "photo.gif": (picture) => picture.gif(),
  "photo.avif": (picture) => picture.avif({ effort: 0 }),
};

export const photos: Door = {
  name: "photos",
  async valid() {
    const small = await sharp("datasets/portraits/astronaut.png").resize(96, 96).toBuffer();
    const files = Object.entries(formats).map(async ([name, into]) => {
      const bytes = await into(sharp(small)).toBuffer();
      return [name, bytes] as const;
    });
    return Object.fromEntries(await Promise.all(files));
  },
  open: (file) => readImage(file),
};

export const radiance: Door = {
  name: "hdr",
  async valid() {
    return { "flat.hdr": radianceFile(16, 8, false), "coded.hdr": radianceFile(16, 8, true) };
  },
  open: (file) => readEnvironmentMap(file),
};

/** Mantissas that count up under one exponent; coded, each channel of a row is one literal or one run. */
function radianceFile(width: number, height: number, coded: boolean): Uint8Array {
  const header = bytesOf(`#?RADIANCE\nFORMAT=32-bit_rle_rgbe\nEXPOSURE=1.0\n\n-Y ${height} +X ${width}\n`);
  const columns = Array.from({ length: width }, (_, x) => 128 + x);
  const row = coded
    ? [2, 2, 0, width, ...[0, 1, 2].flatMap(() => [width, ...columns]), 128 + width, 129]
    : columns.flatMap((value) => [value, value, value, 129]);
  return Uint8Array.from([...header, ...Array(height).fill(row).flat()]);
}

export const openExr: Door = {
  name: "exr",
  async valid() {
    // The names are in variables, since the modules come without types.
    const [core, exporters] = ["three", "three/examples/jsm/exporters/EXRExporter.js"];
    const three = await import(core);
    const { EXRExporter, ...compressions } = await import(exporters);
    const [width, height] = [32, 16];
    const rgba = Float32Array.from({ length: 4 * width * height }, (_, i) => (i % 97) / 32);
    const texture = new three.DataTexture(rgba, width, height, three.RGBAFormat, three.FloatType);
    const files: [string, Uint8Array][] = [];
    for (const kind of ["NO", "ZIPS", "ZIP"]) {
      for (const [type, bits] of [
        [three.HalfFloatType, 16],
        [three.FloatType, 32],
      ] as const) {
        const compression = compressions[`${kind}_COMPRESSION`];
        const bytes = await new EXRExporter().parse(texture, { compression, type });
        files.push([`${kind.toLowerCase()}-${bits}.exr`, bytes]);
      }
    }
    return Object.fromEntries(files);
  },
  open: (file) => readEnvironmentMap(file),
};
