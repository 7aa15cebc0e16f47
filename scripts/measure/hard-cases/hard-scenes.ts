/**
 * Scenes of the kinds that make a photo hard: each is a scene of the test part of the subset `easy`, with a few
 * fields changed.
 */
import { unit } from "../../../datasets/synthetic/light/surroundings.js";
import type { Priors } from "../../../datasets/synthetic/scene/sample-person.js";
import { sampleScene } from "../../../datasets/synthetic/scene/sample-scene.js";
import type { LightRecord, SceneRecord } from "../../../datasets/synthetic/scene/scene-record.js";

export interface HardCase {
  readonly name: string;
  /** A caption in words, which says what the rendering cannot do. */
  readonly caption: string;
  /** The seed of the person, hair, light and background, in `easy`. */
  readonly seed: number;
  change(scene: SceneRecord, priors: Priors): SceneRecord;
}

/** Degrees to the viewer's right. */
export const profileYaw = 87;

export const hardCases: readonly HardCase[] = [
  {
    name: "profile",
    caption: `profile, ${profileYaw}°`,
    seed: 32,
    change: (scene, priors) => turned(withMovements(scene, priors, {}), profileYaw),
  },
  {
    name: "closed eyes",
    caption: "closed eyes",
    seed: 28,
    change: (scene, priors) =>
      withMovements(scene, priors, { "eye-left-closure": 1, "eye-right-closure": 1 }),
  },
  {
    name: "open mouth",
    caption: "mouth wide open",
    seed: 44,
    change: (scene, priors) => withMovements(scene, priors, { "mouth-open": 1 }),
  },
  {
    name: "beard",
    caption: "beard, painted: no hair stands off the skin",
    seed: 43,
    change: bearded,
  },
  {
    name: "glasses",
    caption: "glasses, clear lenses, thick rims",
    seed: 31,
    change: (scene) => ({
      ...scene,
      spectacles: { lens: [0.25, 0.19], squareness: 3.5, rim: 0.026, colour: [0.06, 0.05, 0.06], dark: 0.04 },
    }),
  },
  {
    name: "half shadow",
    caption: "half in shadow",
    seed: 11,
    change: (scene) => ({ ...scene, light: lampAtTheSide }),
  },
];

/** Makes a scene. The camera is farther away than in the data set, as photos have room around a face. */
export function hardScene(priors: Priors, { seed, change }: HardCase): SceneRecord {
  const { coefficients, ...scene } = change(sampleScene(priors, seed, "easy"), priors);
  const [x, y] = coefficients.translation;
  return { ...scene, coefficients: { ...coefficients, translation: [x, y, -2] } };
}

/** @param movements of the expression's units by name, 0 to 1; all others rest */
function withMovements(
  scene: SceneRecord,
  { expressionNames = [] }: Priors,
  movements: Readonly<Record<string, number>>,
): SceneRecord {
  for (const name of Object.keys(movements)) {
    if (expressionNames.includes(name)) continue;
    throw new Error(`hardScene: the model should have a unit ${name} but has not.`);
  }
  const expression = scene.coefficients.expression.map((_, i) => movements[expressionNames[i]] ?? 0);
  return { ...scene, coefficients: { ...scene.coefficients, expression } };
}

/** Turns the head, upright, in the middle of the picture; its eyes look straight ahead. */
function turned(scene: SceneRecord, degrees: number): SceneRecord {
  const yaw = (degrees * Math.PI) / 180;
  return {
    ...scene,
    coefficients: { ...scene.coefficients, angles: [0, yaw, 0], translation: [-0.3, -0.05, 0] },
    detail: { ...scene.detail, gaze: [0, 0] },
  };
}

/** Adds a beard: the densest and longest hairs that the generator paints, over the shade of the model's own beard. */
function bearded(scene: SceneRecord, { albedoNames = [] }: Priors): SceneRecord {
  const albedo = scene.coefficients.albedo.map((value, i) =>
    albedoNames[i]?.startsWith("beard") ? Math.max(value, 0.8) : value,
  );
  return {
    ...scene,
    coefficients: { ...scene.coefficients, albedo },
    detail: { ...scene.detail, stubble: 1 },
  };
}

/** A lamp to the viewer's left, a little before the face, in a room that is nearly dark; linear light. */
const lampAtTheSide: LightRecord = {
  kind: "lamp",
  description: "one lamp at the side",
  surroundings: {
    top: [0.06, 0.06, 0.065],
    horizon: [0.055, 0.055, 0.06],
    ground: [0.04, 0.04, 0.04],
    sources: [],
  },
  keys: [{ direction: unit([-1, 0.15, 0.18]), colour: [1.15, 1.08, 1], angularRadius: 0.05 }],
};
