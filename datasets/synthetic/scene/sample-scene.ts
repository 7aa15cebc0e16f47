/** Draws a scene: the same seed and subset give the same record, and each of its parts comes from a stream of its own. */
import { createRandom, sampleFace } from "rerenderable";
import type { HandParameters } from "../geometry/hand.js";
import type { SpectaclesParameters } from "../geometry/spectacles.js";
import { type BackgroundParameters, backgroundKinds } from "../render/background.js";
import type { CameraParameters } from "../render/camera-effects.js";
import { sampleSceneLight } from "./sample-light.js";
import { type Priors, samplePerson } from "./sample-person.js";
import type { SceneRecord } from "./scene-record.js";
import { strengthen } from "./strong-skin.js";
import type { SubsetName } from "./subset-names.js";
import { type Subset, subsetOf } from "./subsets.js";

type Rgb = readonly [number, number, number];

/**
 * @param priors a model; only its priors and the names of its coefficients are read
 * @param seed a whole number from 0
 * @throws if there is no such subset, or the seed is no whole number
 */
export function sampleScene(priors: Priors, seed: number, subset: SubsetName): SceneRecord {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error(`sampleScene: \`seed\` should be a whole number from 0 but is ${seed}.`);
  }
  const chosen = subsetOf(subset);
  const seeds = chosen.seeds(seed);
  const { identity, albedo, detail, hair } = samplePerson(
    priors,
    seeds.person,
    chosen.hair,
    chosen.hairOverFace,
  );
  const pose = samplePose(seeds.pose, chosen);
  return {
    subset,
    seed,
    seeds,
    coefficients: { identity, albedo, expression: sampleMovement(priors, seeds.expression, chosen), ...pose },
    detail: {
      ...(chosen.skin === "strong" ? strengthen(detail, seeds.person) : detail),
      gaze: sampleGaze(seeds.pose, pose.angles),
    },
    light: sampleSceneLight(seeds.light, chosen.lights),
    hair: Math.min(...hair.colour) >= 0 ? hair : null,
    ...sampleOccluders(seeds.occluders, chosen, detail.hairColour),
    ...sampleBackdrop(seeds.background),
    camera: sampleCamera(seeds.camera),
  };
}

/** How often a face smiles, and how often it shows its teeth then. */
const smiles = { often: 0.35, wide: 0.45 };

/** Draws movements that are weaker than the prior's, as most photos are of calm faces; people smile at cameras. */
function sampleMovement(priors: Priors, seed: number, { expression }: Subset): number[] {
  const drawn = sampleFace(priors, seed, { expression }).expression;
  const movement = Array.from(drawn, (value) => 0.7 * value);
  const random = createRandom(seed).fork("smile");
  const names = priors.expressionNames ?? [];
  const [puller, upward] = ["mouth-corner-puller", "mouth-upward-retraction"].map((name) =>
    names.indexOf(name),
  );
  if (!expression || puller < 0 || upward < 0 || random.uniform() > smiles.often) return movement;
  for (let i = 0; i < movement.length; i++) if (names[i]?.startsWith("mouth")) movement[i] = 0;
  movement[puller] = 0.3 + 0.5 * random.uniform();
  movement[upward] = random.uniform() < smiles.wide ? 0.25 + 0.45 * random.uniform() : 0;
  return movement;
}

function samplePose(seed: number, { pose, leastYaw }: Subset) {
  const random = createRandom(seed).fork("pose");
  const within = (deviation: number) => {
    const value = random.normal();
    return deviation * Math.max(-2, Math.min(value, 2));
  };
  const side = random.uniform() < 0.5 ? 1 : -1;
  const yaw = leastYaw > 0 ? side * (leastYaw + Math.abs(within(pose[1]))) : within(pose[1]);
  const angles = [within(pose[0]), yaw, within(pose[2])] as const;
  // The face is aligned: eyes and mouth are close to their places in the template.
  const translation = [within(0.03) - 0.1 * Math.sin(yaw), within(0.03) - 0.06, within(0.12) - 0.15] as const;
  return { angles, translation };
}

/** Draws where the eyes look: they turn back toward the camera in part. */
function sampleGaze(
  seed: number,
  [pitch, yaw]: readonly [number, number, number],
): readonly [number, number] {
  const random = createRandom(seed).fork("gaze");
  const back = random.uniform();
  const held = (value: number, most: number) => Math.max(-most, Math.min(value, most));
  return [held(-back * yaw + 0.08 * random.normal(), 0.4), held(back * pitch + 0.05 * random.normal(), 0.2)];
}

function sampleOccluders(
  seed: number,
  { spectacles, hands }: Subset,
  hairColour: Rgb,
): Pick<SceneRecord, "spectacles" | "hand"> {
  const random = createRandom(seed).fork("occluders");
  const wears = random.uniform() < spectacles;
  const holds = random.uniform() < hands;
  return {
    spectacles: wears ? sampleSpectacles(random.fork("spectacles")) : null,
    hand: holds ? sampleHand(random.fork("hand"), hairColour) : null,
  };
}

function sampleSpectacles(random: ReturnType<typeof createRandom>): SpectaclesParameters {
  const colours: readonly Rgb[] = [
    [0.05, 0.05, 0.06],
    [0.2, 0.12, 0.08],
    [0.45, 0.42, 0.4],
    [0.5, 0.38, 0.2],
    [0.25, 0.06, 0.08],
  ];
  const thin = random.uniform() < 0.4;
  return {
    lens: [0.225 + 0.04 * random.uniform(), 0.15 + 0.07 * random.uniform()],
    squareness: 2 + 2.5 * random.uniform(),
    rim: thin ? 0.009 + 0.005 * random.uniform() : 0.018 + 0.014 * random.uniform(),
    colour: colours[random.integer(colours.length)],
    dark: random.uniform() < 0.22 ? 0.6 + 0.32 * random.uniform() : 0.02 + 0.06 * random.uniform(),
  };
}

/** Draws a hand at the cheek, the chin or the mouth; it gets the face's skin colour when it is made. */
function sampleHand(random: ReturnType<typeof createRandom>, colour: Rgb): HandParameters {
  const side = random.uniform() < 0.5 ? 1 : -1;
  const from = -Math.PI / 2 + side * (0.15 + 0.9 * random.uniform());
  const tip = [side * (0.05 + 0.4 * random.uniform()), -0.35 + 0.45 * random.uniform(), 0.72] as const;
  return { tip, from, spread: random.uniform(), colour };
}

function sampleBackdrop(seed: number): Pick<SceneRecord, "background" | "cloth"> {
  const random = createRandom(seed).fork("background");
  const tone = (dark: number, span: number): Rgb => {
    const bright = dark + span * random.uniform();
    return [0, 1, 2].map(() => bright * (0.8 + 0.4 * random.uniform())) as unknown as Rgb;
  };
  const kind: BackgroundParameters["kind"] = backgroundKinds[random.integer(backgroundKinds.length)];
  return { background: { kind, seed, colours: [tone(0.1, 0.5), tone(0.2, 0.6)] }, cloth: tone(0.08, 0.6) };
}

function sampleCamera(seed: number): CameraParameters {
  const random = createRandom(seed).fork("camera");
  return {
    blur: 0.25 + 0.55 * random.uniform() ** 2,
    noise: 0.004 + 0.016 * random.uniform() ** 2,
    jpegQuality: 70 + random.integer(27),
    seed,
  };
}
