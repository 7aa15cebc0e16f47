/**
 * The albedo basis, 80 modes in encoded sRGB on the mesh subdivided once. The blocks: pigment (melanin, haemoglobin
 * and yellow over the whole skin), skin (components of the differences of the package's skins, apart from their
 * tone), region (pigment in parts of the face), lips, brows, beard, eye-surround, and luminance: smooth fields, which
 * no skin texture has, but which improve pictures most.
 */
import type { AlbedoMesh } from "./albedo-mesh.js";
import { beard, brow, browTint, eyeSurround, lipMask, tint } from "./facial-features.js";
import { browDensity, paintBrows, paintEyesAndMouth } from "./paint.js";
import { melaninOf, pigmentModes, regionModes } from "./pigments.js";
import { components } from "./principal-components.js";
import { readSkins } from "./skins.js";
import type { MakeHuman } from "./source.js";

export interface AlbedoBasis {
  readonly mean: Float64Array;
  readonly modes: Float64Array[];
  readonly names: string[];
  /** The spread of each coefficient in fits, and over people. */
  readonly sigma: number[];
  readonly spread: number[];
  /** The bounds of each coefficient: hair can be absent but not brighter than skin. */
  readonly lower: number[];
  readonly upper: number[];
}

interface Mode {
  readonly name: string;
  readonly values: Float64Array;
  readonly sigma: number;
  readonly spread: number;
  readonly lower: number;
  readonly upper: number;
}

const size = 80;
const skinModes = 4;

export async function bakeAlbedo(source: MakeHuman, mesh: AlbedoMesh): Promise<AlbedoBasis> {
  const skins = (await readSkins(source, mesh)).map(({ colours }) => colours);
  const mean = new Float64Array(skins[0].length);
  for (const skin of skins) for (let i = 0; i < mean.length; i++) mean[i] += skin[i] / skins.length;
  const { withMelanin, rest } = structures(skins, mean, mesh);
  const bare = Float64Array.from(mean);
  paintBrows(mesh, mean);

  const modes = [
    // Beyond these bounds skin would be paler or darker than people are.
    ...block("pigment", pigmentModes(mean, withMelanin), (i) => (i === 0 ? { lower: -1.8, upper: 2.6 } : {})),
    ...block("skin", components(rest).modes.slice(0, skinModes)),
    ...block("region", regionModes(mesh, mean)),
    ...block(
      "lips",
      [tint(mesh, lipMask, [-0.05, -0.045, -0.04]), tint(mesh, lipMask, [0.025, -0.03, -0.015])],
      (i) => (i === 1 ? { spread: 0.5, lower: -1 } : { spread: 0.7 }), // paler than that is blue, on dark skin green
    ),
    ...block(
      "brows",
      [0, 1, 2, 3, 4].map((kind) => tint(mesh, (p) => brow(p, kind), browTint(kind))),
      browBounds,
    ),
    ...block(
      "beard",
      [0, 1, 2].map((kind) => tint(mesh, (p) => beard(p, kind), [-0.16, -0.13, -0.1])),
      () => ({ lower: -0.2 }),
    ),
    ...block("eye-surround", [tint(mesh, eyeSurround, [-0.04, -0.047, -0.035])]),
  ];
  modes.push(...luminanceFields(mesh, bare, size - modes.length));
  paintEyesAndMouth(mesh, mean);
  const list = <K extends keyof Mode>(key: K) => modes.map((mode) => mode[key]);
  return {
    mean,
    modes: list("values").map((values) => onSkin(mesh, values)),
    names: list("name"),
    sigma: list("sigma"),
    spread: list("spread"),
    lower: list("lower"),
    upper: list("upper"),
  };
}

function block(
  name: string,
  modes: readonly Float64Array[],
  priorOf: (i: number) => Partial<Mode> = () => ({}),
): Mode[] {
  return modes.map((values, i) => ({
    name: `${name}-${i + 1}`,
    values,
    sigma: 1,
    spread: priorOf(i).sigma ?? 1,
    lower: -3,
    upper: 3,
    ...priorOf(i),
  }));
}

/** The whole brow may disappear, but not become brighter than bare skin; its parts change it a little. */
function browBounds(kind: number): Partial<Mode> {
  if (kind === 0) return { lower: -2.5 * browDensity };
  return { sigma: 0.5, lower: kind === 1 || kind === 3 ? -0.2 : -1, upper: kind === 4 ? 1.5 : 1 };
}

/**
 * The difference of each skin from the mean skin in the same tone, in two parts: the part that follows the tone over
 * all skins (dark skin has darker lips and lighter creases than light skin that was darkened), and the rest.
 */
function structures(skins: readonly Float64Array[], mean: Float64Array, { part }: AlbedoMesh) {
  const tone = (skin: Float64Array) => {
    const face = part.flatMap((p, v) => (p === "face" ? [v] : []));
    return [0, 1, 2].map((k) => face.reduce((sum, v) => sum + skin[3 * v + k], 0) / face.length);
  };
  const meanTone = tone(mean);
  const tones = skins.map(tone);
  const fields = skins.map((skin, s) =>
    skin.map((value, i) => value - (mean[i] * tones[s][i % 3]) / meanTone[i % 3]),
  );
  const amounts = tones.map((t) => melaninOf(t, meanTone));
  const square = amounts.reduce((sum, a) => sum + a * a, 0);
  const withMelanin = mean.map((_, i) => fields.reduce((sum, f, s) => sum + (amounts[s] * f[i]) / square, 0));
  const rest = fields.map((field, s) => field.map((value, i) => value - amounts[s] * withMelanin[i]));
  return { withMelanin, rest };
}

/**
 * Smooth fields of luminance: cosines over the face parameterisation, falling with frequency. Photos need a wider
 * spread than people have, since shading that the light cannot explain goes here too: with the spread of people as
 * the prior, fits of photos lost 0.5 dB. One spread of each field changes a skin by 4 %, one sigma by 15 %.
 */
function luminanceFields(mesh: AlbedoMesh, mean: Float64Array, count: number): Mode[] {
  const frequencies: { k: number; l: number; radius: number }[] = [];
  for (let k = 0; k < 16; k++)
    for (let l = 0; l < 16; l++) if (k + l > 0) frequencies.push({ k, l, radius: Math.hypot(k, l) });
  frequencies.sort((a, b) => a.radius - b.radius || a.k - b.k);
  const chosen = frequencies.slice(0, count);
  const fields = chosen.map(({ k, l, radius }) => {
    const scale = 0.08 / (1 + 0.2 * radius);
    return mean.map((value, i) => {
      const v = Math.floor(i / 3);
      const wave = Math.cos(Math.PI * k * mesh.uvs[2 * v]) * Math.cos(Math.PI * l * mesh.uvs[2 * v + 1]);
      return scale * wave * value;
    });
  });
  return block("luminance", fields, (i) => ({ spread: 0.6 / (1 + 0.35 * chosen[i].radius) }));
}

/** No mode colours the eyeballs or the mouth's inside. */
function onSkin(mesh: AlbedoMesh, mode: Float64Array): Float64Array {
  return mode.map((value, i) => {
    const part = mesh.part[Math.floor(i / 3)];
    return part === "face" || part === "lids" ? value : 0;
  });
}
