/**
 * A contact sheet of a subset with its truth maps: `results/synthetic-<subset>.png`, at most 250 KB each.
 *
 *     npx tsx datasets/synthetic/contact-sheet.ts [subset…]        about 20 seconds a subset
 */
import path from "node:path";
import type { MaskImage, RgbImage } from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import { type CaptionedImage, imageStrip } from "rerenderable/notebook";
import sharp from "sharp";
import { type SubsetName, subsetNames } from "./scene/subset-names.js";
import { subsetOf } from "./scene/subsets.js";
import { obtainSample } from "./store/sample-cache.js";
import { loadSyntheticAssets } from "./synthetic-assets.js";
import { syntheticFolder } from "./synthetic-dataset.js";
import type { SyntheticSample } from "./synthetic-sample.js";

const width = 960;
const photos = 12;
/** Samples whose truth is shown. */
const shown = [0, 1];
const most = 250 * 1024;

export async function contactSheet(samples: readonly SyntheticSample[]): Promise<Buffer> {
  const faces = await imageStrip(
    samples.map((sample) => ({ image: photo(sample), caption: shortLight(sample) })),
    { columns: 6, width },
  );
  const truth = await imageStrip(
    shown.flatMap((i) => truthOf(samples[i])),
    { columns: 8, width },
  );
  const sheet = sharp({
    create: { width, height: faces.height + truth.height + 8, channels: 3, background: "white" },
  }).composite([
    { input: faces.png, left: 0, top: 0 },
    { input: truth.png, left: 0, top: faces.height + 8 },
  ]);
  const whole = await sheet.png().toBuffer();
  for (const colours of [256, 192, 128, 96, 64]) {
    const png = await sharp(whole).png({ palette: true, colours, effort: 10, dither: 0.4 }).toBuffer();
    if (png.length <= most || colours === 64) return png;
  }
  throw new Error("contactSheet: expected a palette.");
}

function photo({ photo: bytes, size }: SyntheticSample): RgbImage {
  return { width: size, height: size, data: Float32Array.from(bytes, (value) => value / 255) };
}

function shortLight({ scene }: SyntheticSample): string {
  return scene.light.kind === "harmonics" ? "order 2" : scene.light.description;
}

function truthOf(sample: SyntheticSample): CaptionedImage[] {
  const { maps, size, uvSize } = sample;
  const picture = (data: ArrayLike<number>, side = size): RgbImage => ({
    width: side,
    height: side,
    data: Float32Array.from(data),
  });
  const mask = (data: ArrayLike<number>, side = size): MaskImage => ({
    width: side,
    height: side,
    data: Float32Array.from(data),
  });
  return [
    { image: picture(maps.clean), caption: "clean" },
    { image: mask(maps.skin), caption: "skin" },
    { image: picture(maps.albedo), caption: "albedo" },
    { image: picture(maps.shading.map((value) => 0.7 * value)), caption: "0.7 shading" },
    { image: picture(maps.specular.map((value) => 3 * value)), caption: "3 highlights" },
    {
      image: picture(
        maps.normals.map((value, i) => (maps.depth[Math.floor(i / 3)] > 0 ? 0.5 + 0.5 * value : 1)),
      ),
      caption: "normals",
    },
    {
      image: picture(
        Array.from(sample.albedo, (value) => value / 255),
        uvSize,
      ),
      caption: "flat albedo",
    },
    { image: mask(sample.seenTexels, uvSize), caption: "seen texels" },
  ];
}

async function main(subsets: readonly string[]): Promise<void> {
  const assets = await loadSyntheticAssets();
  for (const subset of subsets) {
    subsetOf(subset);
    const samples: SyntheticSample[] = [];
    for (let seed = 0; seed < photos; seed++) {
      samples.push(
        await obtainSample(
          assets,
          { subset: subset as SubsetName, seed, size: 224 },
          { folder: syntheticFolder },
        ),
      );
    }
    const file = path.join(import.meta.dirname, `../../results/synthetic-${subset}.png`);
    const png = await contactSheet(samples);
    await writeFileAtomically(file, png);
    console.log(`${file}: ${Math.round(png.length / 1024)} KiB`);
  }
}

if (process.argv[1] === import.meta.filename) {
  await main(process.argv.length > 2 ? process.argv.slice(2) : subsetNames);
}
