/**
 * The albedo basis, 80 modes in encoded sRGB on the mesh subdivided once. Five blocks, each what it is:
 * skin (components of the package's skins, baked ambient shading taken out), pigments (melanin and
 * haemoglobin), features (lips, brows, beard, eye surroundings), and smooth luminance fields, which no skin
 * texture supplies but which buy most of the picture.
 */
import sharp from "sharp";
import type { Part } from "./face-cut.js";
import { components } from "./principal-components.js";
import type { MakeHuman } from "./source.js";

/** The mesh subdivided once, which carries the albedo. */
export interface AlbedoMesh {
  /** [M * 3], the package's frame. */
  readonly positions: Float64Array;
  /** Unit normals, [M * 3]. */
  readonly normals: Float64Array;
  /** Face parameterisation, [M * 2]. */
  readonly uvs: Float64Array;
  /** The package's texture atlas, origin bottom left, [M * 2]. */
  readonly atlas: Float64Array;
  readonly part: readonly Part[];
  readonly mirror: readonly number[];
}

export interface AlbedoBasis {
  readonly mean: Float64Array;
  readonly modes: Float64Array[];
  readonly names: string[];
  /** Bounds of each coefficient: hair can be absent but not brighter than skin. */
  readonly lower: number[];
  readonly upper: number[];
}

type Rgb = readonly [number, number, number];
const size = 80;

export async function bakeAlbedo(source: MakeHuman, mesh: AlbedoMesh): Promise<AlbedoBasis> {
  const skins = (await readSkins(source, mesh)).map((skin) =>
    withoutAmbientShading(lessSaturated(skin), mesh),
  );
  const mean = new Float64Array(skins[0].length);
  for (const skin of skins) for (let i = 0; i < mean.length; i++) mean[i] += skin[i] / skins.length;
  const skin = components(skins.map((s) => s.map((value, i) => value - mean[i]))).modes.slice(0, 8);

  const blocks: [string, Float64Array[]][] = [
    ["skin", skin],
    ["pigment", [...pigments(mean)]],
    ["lips", [tint(mesh, lipMask, [0.1, -0.05, -0.02]), tint(mesh, lipMask, [-0.08, -0.07, -0.06])]],
    ["brows", [0, 1, 2, 3].map((kind) => tint(mesh, (p) => brow(p, kind), browTint(kind)))],
    ["beard", [0, 1, 2].map((kind) => tint(mesh, (p) => beard(p, kind), [-0.16, -0.13, -0.1]))],
    ["eye-surround", [tint(mesh, eyeSurround, [-0.06, -0.07, -0.05])]],
  ];
  const features = blocks.flatMap(([, modes]) => modes).length;
  blocks.push(["luminance", luminanceFields(mesh, mean, size - features)]);

  paintBrows(mesh, mean);
  paintEyesAndMouth(mesh, mean);
  const modes = blocks.flatMap(([, list]) => list.map((mode) => onSkin(mesh, mode)));
  const names = blocks.flatMap(([name, list]) => list.map((_, i) => `${name}-${i + 1}`));
  return { mean, modes, names, lower: names.map(lowerBound), upper: names.map(upperBound) };
}

function lowerBound(name: string): number {
  if (name === "brows-1") return -browDensity * 2.5;
  return /^(brows-[24]|beard)/.test(name) ? -0.2 : -upperBound(name);
}

function upperBound(name: string): number {
  return /^brows-[234]/.test(name) ? 1 : 3;
}

/** Colours of the 20 bare-face skins at each vertex, made symmetric. */
async function readSkins(source: MakeHuman, mesh: AlbedoMesh): Promise<Float64Array[]> {
  const folders = ["young", "middleage", "old"].flatMap((age) =>
    ["african", "asian", "caucasian"].flatMap((race) =>
      ["female", "male"].map((sex) => `${age}_${race}_${sex}`),
    ),
  );
  const { readdirSync } = await import("node:fs");
  const files = folders.flatMap((folder) => {
    const path = source.path(`public/data/skins/${folder}/textures`);
    return readdirSync(path)
      .filter((file) => file.endsWith(".png") && !file.includes("suit"))
      .sort()
      .map((file) => `${path}/${file}`);
  });
  return Promise.all(
    files.map(async (file) => {
      const { data, info } = await sharp(file)
        .removeAlpha()
        .toColourspace("srgb")
        .raw()
        .toBuffer({ resolveWithObject: true });
      const colours = new Float64Array(mesh.positions.length);
      for (let v = 0; v < mesh.part.length; v++) {
        colours.set(
          sample(data, info.width, info.height, mesh.atlas[2 * v], 1 - mesh.atlas[2 * v + 1]),
          3 * v,
        );
      }
      return colours.map((_, i) => {
        const [v, k] = [Math.floor(i / 3), i % 3];
        return (colours[i] + colours[3 * mesh.mirror[v] + k]) / 2;
      });
    }),
  );
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
 * skin of the ColorChecker chart have 0.67 and 0.59. Left so, every fit would find a blue light.
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

/**
 * First-order change of the mean skin with the concentration of two pigments, from their relative absorption
 * in red, green and blue (N. Tsumura et al., SIGGRAPH 2003).
 */
function pigments(mean: Float64Array): Float64Array[] {
  const absorption: Rgb[] = [
    [0.4143, 0.357, 0.8372],
    [0.2988, 0.6838, 0.6657],
  ];
  return absorption.map((sigma) => mean.map((value, i) => -0.2 * sigma[i % 3] * value));
}

type Point = readonly [x: number, y: number, z: number];

function tint(mesh: AlbedoMesh, mask: (p: Point) => number, change: Rgb): Float64Array {
  const mode = new Float64Array(mesh.positions.length);
  for (let v = 0; v < mesh.part.length; v++) {
    const weight = mask([mesh.positions[3 * v], mesh.positions[3 * v + 1], mesh.positions[3 * v + 2]]);
    for (let k = 0; k < 3; k++) mode[3 * v + k] = weight * change[k];
  }
  return mode;
}

const gauss = (...deviations: number[]) => Math.exp(-0.5 * deviations.reduce((sum, d) => sum + d * d, 0));
const smoothstep = (low: number, high: number, x: number) => {
  const t = Math.min(Math.max((x - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
};

/** Lips: an almond around the line where they meet; positions are those of the mean face. */
function lipMask([x, y, z]: Point): number {
  if (z < 1.2) return 0;
  const across = Math.min(Math.abs(x) / 0.27, 1);
  const half = 0.105 * Math.sqrt(1 - across * across) + 1e-6;
  return 1 - smoothstep(0.75, 1.15, Math.abs(y - 6.655) / half);
}

/** An eyebrow's density: kind 0 whole, 1 inner part, 2 thick upper edge, 3 tail. */
function brow([x, y, z]: Point, kind: number): number {
  if (z < 0.8) return 0;
  const t = (Math.abs(x) - 0.1) / 0.44;
  if (t < -0.1 || t > 1.1) return 0;
  const centre = 7.49 + 0.085 * Math.sin(Math.PI * 0.8 * Math.min(Math.max(t, 0), 1) ** 0.9) - 0.05 * t * t;
  const half =
    0.042 * (1 - 0.55 * Math.max(t, 0)) * smoothstep(-0.1, 0.12, t) * (1 - smoothstep(0.9, 1.1, t)) + 1e-6;
  const across = (y - centre) / half;
  const whole = gauss(across * 1.1);
  if (kind === 1) return whole * (1 - smoothstep(0.15, 0.5, t));
  if (kind === 2) return gauss((across - 1.2) * 1.2) - gauss((across + 1.2) * 1.2);
  if (kind === 3) return whole * smoothstep(0.5, 0.85, t);
  return whole;
}

const browTint = (kind: number): Rgb => (kind === 2 ? [-0.08, -0.08, -0.07] : [-0.16, -0.15, -0.13]);

/** Beard shadow: kind 0 moustache and chin, 1 jaw and cheeks, 2 whole lower face. */
function beard([x, y, z]: Point, kind: number): number {
  const moustache = gauss((y - 6.8) / 0.05, x / 0.2) * (z > 1.1 ? 1 : 0);
  const chin = gauss((y - 6.36) / 0.12, x / 0.25) * (1 - lipMask([x, y, z]));
  const jaw = smoothstep(6.75 + 0.35 * Math.max(0, Math.abs(x) - 0.45), 6.5, y) * (1 - lipMask([x, y, z]));
  if (kind === 0) return Math.min(moustache + chin, 1);
  if (kind === 1) return Math.max(jaw - chin, 0);
  return Math.max(jaw, moustache);
}

function eyeSurround([x, y]: Point): number {
  return gauss((Math.abs(x) - 0.31) / 0.16, (y - 7.2) / 0.09);
}

/** Smooth fields of luminance: cosines over the face parameterisation, falling with frequency. */
function luminanceFields(mesh: AlbedoMesh, mean: Float64Array, count: number): Float64Array[] {
  const frequencies: { k: number; l: number; radius: number }[] = [];
  for (let k = 0; k < 16; k++)
    for (let l = 0; l < 16; l++) if (k + l > 0) frequencies.push({ k, l, radius: Math.hypot(k, l) });
  frequencies.sort((a, b) => a.radius - b.radius || a.k - b.k);
  return frequencies.slice(0, count).map(({ k, l, radius }) => {
    const scale = 0.08 / (1 + 0.2 * radius);
    return mean.map((value, i) => {
      const v = Math.floor(i / 3);
      const wave = Math.cos(Math.PI * k * mesh.uvs[2 * v]) * Math.cos(Math.PI * l * mesh.uvs[2 * v + 1]);
      return scale * wave * value;
    });
  });
}

/** How much of the mean face's brows is hair. */
const browDensity = 0.45;

/** The skins are bare: the mean face gets thin brows. */
function paintBrows(mesh: AlbedoMesh, mean: Float64Array): void {
  const hair: Rgb = [0.24, 0.17, 0.13];
  for (let v = 0; v < mesh.part.length; v++) {
    const density =
      browDensity * brow([mesh.positions[3 * v], mesh.positions[3 * v + 1], mesh.positions[3 * v + 2]], 0);
    for (let k = 0; k < 3; k++) mean[3 * v + k] += density * (hair[k] - mean[3 * v + k]);
  }
}

/** Eyeballs and mouth have no skin: white, iris and pupil by distance from the axis; a dark cavity. */
function paintEyesAndMouth(mesh: AlbedoMesh, mean: Float64Array): void {
  const eyes = mesh.part.map((_, v) => v).filter((v) => mesh.part[v] === "eyes");
  const right = eyes.filter((v) => mesh.positions[3 * v] > 0);
  const middle = (k: number) => {
    const values = right.map((v) => mesh.positions[3 * v + k]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  const [cx, cy] = [middle(0), middle(1)];
  for (const v of eyes) {
    const r = Math.hypot(Math.abs(mesh.positions[3 * v]) - cx, mesh.positions[3 * v + 1] - cy);
    const colour: Rgb = r < 0.025 ? [0.05, 0.04, 0.04] : r < 0.062 ? [0.28, 0.2, 0.15] : [0.66, 0.61, 0.59];
    mean.set(colour, 3 * v);
  }
  mesh.part.forEach((part, v) => {
    if (part !== "mouth") return;
    const depth = smoothstep(1.46, 1.36, mesh.positions[3 * v + 2]);
    const lip: Rgb = [0.6, 0.36, 0.32];
    const cavity: Rgb = [0.17, 0.07, 0.06];
    mean.set(
      lip.map((c, k) => c + depth * (cavity[k] - c)),
      3 * v,
    );
  });
}

/** No mode colours the eyeballs or the mouth's inside. */
function onSkin(mesh: AlbedoMesh, mode: Float64Array): Float64Array {
  return mode.map((value, i) => {
    const part = mesh.part[Math.floor(i / 3)];
    return part === "face" || part === "lids" ? value : 0;
  });
}
