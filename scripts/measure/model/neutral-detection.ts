/**
 * Looks at renders of faces at rest with the detector and fits the model back to what it saw. If the fit finds
 * movement where there is none, landmarks are on wrong vertices, or the detector has an error of its own.
 */
import {
  type Coefficients,
  createRandom,
  type FaceDetector,
  fitLandmarks,
  type MorphableModel,
  namedLights,
  neutralCoefficients,
  sampleFace,
} from "rerenderable";
import { facePicture } from "./face-picture.js";

const size = 320;
const ground = 0.4;
/** Pitch, yaw, roll: standard deviations, radians. */
const poseSpread = [0.06, 0.12, 0.04];
/** Units by the part of the face they move. */
export const unitGroups = { eye: /^eye-/, brow: /^eyebrows-/, lip: /^mouth-/ } as const;
export type UnitGroup = keyof typeof unitGroups;

export interface NeutralDetection {
  readonly seen: number;
  readonly of: number;
  /** The largest unit of each group, one value for each face. */
  readonly largest: Readonly<Record<UnitGroup, readonly number[]>>;
  /** Mean of each unit over the faces, by name. */
  readonly means: Readonly<Record<string, number>>;
  /** Mean distance of the fitted from the detected inner points, px at 224, one value a face. */
  readonly errors: readonly number[];
}

export async function detectNeutral(
  model: MorphableModel,
  detector: FaceDetector,
  count: number,
): Promise<NeutralDetection> {
  const names = model.data.expressionNames;
  const largest: Record<UnitGroup, number[]> = { eye: [], brow: [], lip: [] };
  const sums = new Float64Array(names.length);
  const errors: number[] = [];
  for (let seed = 0; seed < count; seed++) {
    const [face] = await detector.detect(facePicture(model, neutralPerson(model, seed), size, ground));
    if (!face) continue;
    const { expression, innerError } = fitLandmarks(model.data, face.points, size);
    errors.push(innerError);
    expression.forEach((value, i) => {
      sums[i] += value;
    });
    for (const [group, pattern] of Object.entries(unitGroups) as [UnitGroup, RegExp][]) {
      largest[group].push(Math.max(...expression.filter((_, i) => pattern.test(names[i]))));
    }
  }
  const means = Object.fromEntries(names.map((name, i) => [name, sums[i] / errors.length]));
  return { seen: errors.length, of: count, largest, means, errors };
}

/** A random person at rest, almost facing the camera, under one of the named lights. */
export function neutralPerson({ data }: MorphableModel, seed: number): Coefficients {
  const random = createRandom(seed).fork("pose and light");
  const lights = Object.values(namedLights);
  return neutralCoefficients({
    ...sampleFace(data, seed, { expression: false }),
    angles: Float32Array.from(poseSpread, (spread) => spread * random.normal()),
    light: Float32Array.from(lights[random.integer(lights.length)]),
  });
}
