/** The subsets: what each draws, and what it keeps the same. */
import type { HairStyle } from "../geometry/hair-styles.js";
import type { LightKind, SceneSeeds } from "./scene-record.js";
import { type SubsetName, subsetNames } from "./subset-names.js";

export interface Subset {
  /** How many samples the subset has by default: seeds from 0. */
  readonly count: number;
  /** Says which part of a scene each seed decides. */
  seeds(seed: number): SceneSeeds;
  /** Kinds of light with how often each comes. */
  readonly lights: Readonly<Partial<Record<LightKind, number>>>;
  /** Deviations of pitch, yaw and roll in radians. */
  readonly pose: readonly [number, number, number];
  /** The smallest turn to a side, radians. */
  readonly leastYaw: number;
  readonly expression: boolean;
  readonly hair: readonly HairStyle[];
  /** How much of the hair may hang before the face, 0 to 1. */
  readonly hairOverFace: number;
  /** How often spectacles and hands come. */
  readonly spectacles: number;
  readonly hands: number;
  /** How the skin's detail is drawn; `even` if left out. */
  readonly skin?: "even" | "strong";
}

/**
 * Gives each part a number of its own, so that subsets share no faces by chance: those for training and for judging
 * differ.
 */
const apart = (offset: number) => (seed: number) => offset + seed;
const same = (seed: number): SceneSeeds => ({
  person: seed,
  expression: seed,
  pose: seed,
  light: seed,
  occluders: seed,
  background: seed,
  camera: seed,
});

const neat: readonly HairStyle[] = ["buzz", "short", "back", "short", "parted"];
const everyLight = { harmonics: 3, surroundings: 5, sun: 1, lamp: 1 } as const;
const easy: Subset = {
  count: 1000,
  seeds: same,
  lights: { harmonics: 1, surroundings: 1 },
  pose: [0.07, 0.16, 0.05],
  leastYaw: 0,
  expression: true,
  hair: neat,
  hairOverFace: 0,
  spectacles: 0,
  hands: 0,
};

/** The sizes of groups: lights of a person in `same-face-many-lights`, faces of a light, expressions of a person. */
export const groupSizes = { lights: 16, faces: 16, expressions: 8 } as const;

export const subsets: Readonly<Record<SubsetName, Subset>> = {
  easy,
  "hard-light": {
    ...easy,
    seeds: (seed) => same(apart(1_000_000)(seed)),
    lights: { sun: 3, lamp: 2, stage: 2 },
    pose: [0.1, 0.3, 0.07],
  },
  occluded: {
    ...easy,
    seeds: (seed) => same(apart(2_000_000)(seed)),
    lights: everyLight,
    pose: [0.1, 0.25, 0.08],
    hair: ["fringe", "long", "parted", "curly", "fringe", "long"],
    hairOverFace: 0.6,
    spectacles: 0.5,
    hands: 0.4,
  },
  "large-pose": {
    ...easy,
    seeds: (seed) => same(apart(3_000_000)(seed)),
    lights: everyLight,
    pose: [0.17, 0.35, 0.12],
    leastYaw: 0.45,
    hair: [...neat, "long", "curly"],
    hairOverFace: 0.1,
  },
  "same-face-many-lights": {
    ...easy,
    count: 20 * groupSizes.lights,
    seeds: (seed) => {
      const person = 4_000_000 + Math.floor(seed / groupSizes.lights);
      // The same sixteen lights for everyone.
      return { ...same(person), light: 4_000_000 + (seed % groupSizes.lights), camera: 4_000_000 + seed };
    },
    lights: { harmonics: 6, surroundings: 5, sun: 2, lamp: 1, stage: 2 },
  },
  "same-light-many-faces": {
    ...easy,
    count: 20 * groupSizes.faces,
    seeds: (seed) => ({ ...same(5_000_000 + seed), light: 5_000_000 + Math.floor(seed / groupSizes.faces) }),
    lights: everyLight,
  },
  "same-face-expressions": {
    ...easy,
    count: 20 * groupSizes.expressions,
    seeds: (seed) => {
      const person = 6_000_000 + Math.floor(seed / groupSizes.expressions);
      return { ...same(person), expression: 6_000_000 + seed, camera: 6_000_000 + seed };
    },
    lights: everyLight,
  },
  "strong-skin": {
    ...easy,
    seeds: (seed) => same(apart(7_000_000)(seed)),
    lights: everyLight,
    pose: [0.1, 0.25, 0.07],
    skin: "strong",
  },
};

/** @throws if there is no such subset */
export function subsetOf(name: string): Subset {
  if ((subsetNames as readonly string[]).includes(name)) return subsets[name as SubsetName];
  throw new Error(`subsetOf: \`name\` should be one of ${subsetNames.join(", ")} but is ${name}.`);
}
