/** Draws pictures of the model: its mean, the effects of the first coefficients of each block, and random people. */

import {
  type Coefficients,
  createRandom,
  directionalLight,
  type Light,
  type MorphableModel,
  namedLights,
  sampleFace,
} from "rerenderable";
import { isMovement, type SampledFace, withoutSide } from "rerenderable/face";
import { addLights, ambientLight } from "rerenderable/graphics";
import { imageStrip } from "rerenderable/notebook";
import sharp from "sharp";
import { facePicture } from "./face-picture.js";

export interface SheetOptions {
  /** Side of one picture, px. */
  readonly tile?: number;
  readonly columns?: number;
  /** How many random people close the sheet. */
  readonly people?: number;
}

interface Entry {
  readonly caption: string;
  readonly parts: Partial<Coefficients>;
}

/** A light that comes a little from the side and shows the shape. */
const daylight = Float32Array.from(
  addLights(
    directionalLight([0.5, 0.45, 1], [0.5, 0.5, 0.5]),
    directionalLight([-0.7, 0.2, 0.7], [0.16, 0.16, 0.16]),
    ambientLight([0.36, 0.36, 0.36]),
  ),
);

/** @returns a PNG of 256 colours */
export async function contactSheet(
  model: MorphableModel,
  { tile = 96, columns = 12, people = 24 }: SheetOptions = {},
): Promise<Buffer> {
  const entries = [...modeEntries(model), ...randomPeople(model, people)];
  const images = entries.map(({ caption, parts }) => ({
    caption,
    image: facePicture(model, { light: daylight, ...parts }, tile),
  }));
  const { png } = await imageStrip(images, { columns, width: columns * tile + (columns - 1) * 8 });
  return sharp(png).png({ palette: true, colours: 256, effort: 10, dither: 0.4 }).toBuffer();
}

function modeEntries({ data }: MorphableModel): Entry[] {
  const names = data.expressionNames;
  const one = (part: "identity" | "expression" | "albedo", indices: readonly number[], value: number) => {
    const size = data[`${part}Prior`].size;
    const values = new Float32Array(size);
    for (const i of indices) values[i] = value;
    return { [part]: values };
  };
  const pairs = (part: "identity" | "expression" | "albedo", i: number, name: string): Entry[] => {
    const { sigma, lower, upper } = data[`${part}Prior`];
    const [low, high] = [Math.max(-3 * sigma[i], lower[i]), Math.min(3 * sigma[i], upper[i])];
    const text = (value: number) =>
      `${name} ${value < 0 ? "−" : "+"}${Number(Math.abs(value / sigma[i]).toFixed(1))}σ`;
    return [low, high].map((value) => ({ caption: text(value), parts: one(part, [i], value) }));
  };
  const movements = new Map<string, number[]>();
  const twoSided: number[] = [];
  names.forEach((name, i) => {
    // ICT-FaceKit's mouthClose closes an open jaw; alone it is no movement.
    if (name.startsWith("unused") || name === "mouthClose") return;
    if (!isMovement(data.expressionPrior, i)) twoSided.push(i);
    else movements.set(withoutSide(name, i), [...(movements.get(withoutSide(name, i)) ?? []), i]);
  });
  const albedoNames = data.albedoNames ?? [];
  const shown = albedoNames.flatMap((name, i) => {
    const [, block, number] = name.match(/^(.*)-(\d+)$/) ?? [];
    return Number(number) <= (block === "luminance" ? 4 : 3) || block === "brows" ? [i] : [];
  });
  return [
    { caption: "mean", parts: {} },
    ...[0, 1, 2, 3, 4].flatMap((i) => pairs("identity", i, `identity ${i + 1}`)),
    ...[...movements].map(([name, indices]) => ({
      caption: words(name),
      parts: one("expression", indices, 1),
    })),
    ...twoSided.slice(0, 2).flatMap((i) => pairs("expression", i, words(names[i]))),
    ...shown.flatMap((i) => pairs("albedo", i, albedoNames[i].replace(/-(\d+)$/, " $1"))),
  ];
}

/** `eyebrows-inner-up` and `browInnerUp` as words. */
function words(name: string): string {
  return name
    .replaceAll("-", " ")
    .replace("eyebrows", "brows")
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Random people with random expression, pose and light; the same each time. */
function randomPeople({ data }: MorphableModel, count: number): Entry[] {
  const lights = Object.values(namedLights);
  return Array.from({ length: count }, (_, i) => {
    const random = createRandom(i).fork("pose and light");
    const face: SampledFace = sampleFace(data, i);
    return {
      caption: `person ${i + 1}`,
      parts: {
        ...face,
        angles: Float32Array.from([0.06, 0.2, 0.04], (s) => s * random.normal()),
        light: softened(lights[random.integer(lights.length)]),
      },
    };
  });
}

/**
 * Makes a light softer: the named lights are strong, so that they look different, and a room adds a third from
 * everywhere.
 */
function softened(light: Light): Float32Array {
  return Float32Array.from(light, (value, i) => 0.7 * value + 0.3 * namedLights.ambient[i]);
}
