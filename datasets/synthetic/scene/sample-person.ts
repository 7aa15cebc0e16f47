/** Draws a person: the model's coefficients and the detail that goes with them. */
import { createRandom, type MorphableModelData, type Random, sampleFace } from "rerenderable";
import type { Rgb } from "../detail/canvas.js";
import type { DetailParameters, MakeUp } from "../detail/parameters.js";
import type { HairParameters, HairStyle } from "../geometry/hair-styles.js";

export type Priors = Pick<MorphableModelData, "identityPrior" | "expressionPrior" | "albedoPrior"> &
  Partial<Pick<MorphableModelData, "expressionNames" | "albedoNames">>;

export interface Person {
  readonly identity: readonly number[];
  readonly albedo: readonly number[];
  readonly detail: Omit<DetailParameters, "gaze">;
  readonly hair: HairParameters;
}

const hairColours = {
  dark: [
    [0.07, 0.06, 0.055],
    [0.11, 0.08, 0.06],
    [0.16, 0.11, 0.08],
  ],
  light: [
    [0.27, 0.18, 0.11],
    [0.4, 0.28, 0.17],
    [0.57, 0.42, 0.29],
    [0.42, 0.22, 0.13],
  ],
  grey: [
    [0.42, 0.41, 0.4],
    [0.62, 0.61, 0.59],
  ],
} as const satisfies Record<string, readonly Rgb[]>;
const irises = { brown: [0.27, 0.15, 0.07], hazel: [0.33, 0.25, 0.12], green: [0.3, 0.34, 0.2], blue: [0.37, 0.45, 0.51], grey: [0.42, 0.46, 0.48] } as const; // biome-ignore format: a table
const lipColours: readonly Rgb[] = [
  [0.6, 0.12, 0.17],
  [0.72, 0.3, 0.33],
  [0.48, 0.12, 0.2],
  [0.66, 0.36, 0.32],
];
const shadows: readonly Rgb[] = [
  [0.35, 0.25, 0.24],
  [0.3, 0.27, 0.34],
  [0.45, 0.32, 0.25],
  [0.16, 0.14, 0.15],
];

/**
 * How strongly a person has each block of the model: its luminance fields are made to fit photos, and look like shade
 * on a face.
 */
const kept: readonly (readonly [block: string, share: number])[] = [
  ["luminance", 0.4],
  ["brows", 0.5],
];

/**
 * @param styles hair styles to choose from
 * @param overFace how much of the hair may hang before the face, 0 to 1
 */
export function samplePerson(
  priors: Priors,
  seed: number,
  styles: readonly HairStyle[],
  overFace: number,
): Person {
  const face = sampleFace(priors, seed, { expression: false });
  const random = createRandom(seed).fork("person");
  // The first component of identity runs from large and male to small.
  const feminine = random.uniform() < 1 / (1 + Math.exp(-1.5 * face.identity[0]));
  const age = random.uniform() ** 1.6;
  const names = priors.albedoNames ?? [];
  const bearded = !feminine && random.uniform() < 0.5;
  const stubble = bearded ? random.uniform() : 0;
  const albedo = Array.from(face.albedo, (value, i) => {
    const block = names[i]?.replace(/-\d+$/, "") ?? "";
    if (block === "beard") return bearded ? 0.5 * stubble * value : 0;
    return value * (kept.find(([name]) => name === block)?.[1] ?? 1);
  });
  const pigment = face.albedo[Math.max(names.indexOf("pigment-1"), 0)];
  const hairColour = chooseHair(random.fork("hair colour"), pigment, age);
  const fair = pigment < -0.4;
  return {
    identity: Array.from(face.identity),
    albedo,
    detail: {
      seed,
      age,
      pores: 0.3 + 0.7 * random.uniform(),
      mottling: 0.4 + 0.8 * random.uniform(),
      redness: random.uniform() * (fair ? 0.9 : 0.5),
      moles: random.uniform(),
      freckles: fair && random.uniform() < 0.4 ? random.uniform() : 0,
      stubble,
      browDensity: (feminine ? 0.25 : 0.45) + 0.5 * random.uniform(),
      hairColour,
      irisColour: chooseIris(random.fork("iris"), pigment),
      oiliness: random.uniform(),
      makeUp: feminine && random.uniform() < 0.6 ? sampleMakeUp(random.fork("make-up")) : null,
    },
    hair: sampleHair(random.fork("hair"), seed, styles, hairColour, feminine ? 0 : age, overFace),
  };
}

function chooseHair(random: Random, pigment: number, age: number): Rgb {
  const grey = age > 0.6 && random.uniform() < age - 0.2;
  const list = grey
    ? hairColours.grey
    : pigment > -0.3 || random.uniform() < 0.35
      ? hairColours.dark
      : hairColours.light;
  const colour = list[random.integer(list.length)];
  return colour.map((value) => value * (0.9 + 0.2 * random.uniform())) as unknown as Rgb;
}

function chooseIris(random: Random, pigment: number): Rgb {
  if (pigment > 0 || random.uniform() < 0.35) return irises.brown;
  const list = [irises.hazel, irises.green, irises.blue, irises.grey, irises.blue];
  return list[random.integer(list.length)];
}

function sampleMakeUp(random: Random): MakeUp {
  return {
    lips: { colour: lipColours[random.integer(lipColours.length)], share: 0.25 + 0.5 * random.uniform() },
    eyeShadow: { colour: shadows[random.integer(shadows.length)], share: 0.6 * random.uniform() ** 1.5 },
    eyeliner: random.uniform(),
    blush: random.uniform(),
  };
}

function sampleHair(
  random: Random,
  seed: number,
  styles: readonly HairStyle[],
  colour: Rgb,
  baldness: number,
  overFace: number,
): HairParameters {
  return {
    style: styles[random.integer(styles.length)],
    seed: seed % 2 ** 31,
    colour,
    length: 0.8 + 0.4 * random.uniform(),
    part: random.uniform() < 0.5 ? -0.5 * random.uniform() : 0.5 * random.uniform(),
    overFace,
    receding: baldness > 0.4 ? 0.35 * (baldness - 0.4) * random.uniform() : 0,
  };
}
