/** The package's 20 bare-face skins, sampled on the albedo mesh, with everything removed that is not albedo. */
import { readdirSync } from "node:fs";
import sharp from "sharp";
import type { AlbedoMesh } from "./albedo-mesh.js";
import type { MakeHuman } from "./source.js";

export interface Skin {
  /** The name that the package gives it, from age, ancestry and sex. */
  readonly name: string;
  /** Encoded sRGB, symmetric, [M * 3]. */
  readonly colours: Float64Array;
}

export async function readSkins(source: MakeHuman, mesh: AlbedoMesh): Promise<Skin[]> {
  const folders = ["young", "middleage", "old"].flatMap((age) =>
    ["african", "asian", "caucasian"].flatMap((race) =>
      ["female", "male"].map((sex) => `${age}_${race}_${sex}`),
    ),
  );
  const files = folders.flatMap((folder) => {
    const path = source.path(`public/data/skins/${folder}/textures`);
    return readdirSync(path)
      .filter((file) => file.endsWith(".png") && !file.includes("suit"))
      .sort()
      .map((file) => ({ name: file.replace(/\.png$/, ""), path: `${path}/${file}` }));
  });
  return Promise.all(
    files.map(async ({ name, path }) => ({
      name,
      colours: withoutAmbientShading(lessSaturated(await sampleTexture(path, mesh)), mesh),
    })),
  );
}

async function sampleTexture(file: string, mesh: AlbedoMesh): Promise<Float64Array> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const colours = new Float64Array(mesh.positions.length);
  for (let v = 0; v < mesh.part.length; v++) {
    const place = [mesh.atlas[2 * v], 1 - mesh.atlas[2 * v + 1]] as const;
    colours.set(sample(data, info.width, info.height, ...place), 3 * v);
  }
  return colours.map((_, i) => {
    const [v, k] = [Math.floor(i / 3), i % 3];
    return (colours[i] + colours[3 * mesh.mirror[v] + k]) / 2;
  });
}

function sample(data: Buffer, width: number, height: number, u: number, v: number): number[] {
  const x = Math.min(Math.max(u * width - 0.5, 0), width - 1.001);
  const y = Math.min(Math.max(v * height - 0.5, 0), height - 1.001);
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const at = (dx: number, dy: number, k: number) => data[((y0 + dy) * width + x0 + dx) * 3 + k] / 255;
  const [fx, fy] = [x - x0, y - y0];
  return [0, 1, 2].map(
    (k) =>
      (1 - fy) * ((1 - fx) * at(0, 0, k) + fx * at(1, 0, k)) +
      fy * ((1 - fx) * at(0, 1, k) + fx * at(1, 1, k)),
  );
}

/**
 * The package's skins are more saturated than skin is: their mean has blue at 0.55 of red, where the light and dark
 * skin of the ColorChecker chart have 0.67 and 0.59. If this stayed so, every fit would find a blue light.
 */
function lessSaturated(skin: Float64Array): Float64Array {
  return skin.map((value, i) => {
    const v = 3 * Math.floor(i / 3);
    const luma = 0.299 * skin[v] + 0.587 * skin[v + 1] + 0.114 * skin[v + 2];
    return luma + 0.78 * (value - luma);
  });
}

/** Divides out the part of the log luminance that follows the normal's forward component: baked ambient light. */
function withoutAmbientShading(skin: Float64Array, mesh: AlbedoMesh): Float64Array {
  let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  mesh.part.forEach((part, v) => {
    const nz = mesh.normals[3 * v + 2];
    if (part !== "face" || nz < 0) return;
    const y = Math.log(Math.max((skin[3 * v] + skin[3 * v + 1] + skin[3 * v + 2]) / 3, 0.01));
    n++;
    sx += nz;
    sy += y;
    sxx += nz * nz;
    sxy += nz * y;
  });
  const slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  const centre = sx / n;
  return skin.map((value, i) => {
    const nz = Math.max(mesh.normals[3 * Math.floor(i / 3) + 2], 0);
    return Math.min(value * Math.exp(-slope * (nz - centre)), 1);
  });
}
