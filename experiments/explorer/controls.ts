/** All sliders with their ranges. The page is built from them, and requests are checked against them. */
import {
  fittingMethods,
  type LossWeights,
  type MorphableModelData,
  namedLights,
  paperWeights,
} from "rerenderable";
import { environmentLightNames } from "rerenderable/graphics";
import { evaluateDetail } from "../evaluate-detail/config.js";

export interface Control {
  /** Its place in a request, for example `identity.3`. */
  readonly key: string;
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** Its first value, if that does not depend on the face. */
  readonly value?: number;
}

export interface ControlGroup {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly controls: readonly Control[];
}

const degree = Math.PI / 180;

export const poseControls: readonly Control[] = [
  { key: "angles.0", label: "nod: pitch, radians", least: -45 * degree, most: 45 * degree, step: 0.01 },
  { key: "angles.1", label: "turn: yaw, radians", least: -80 * degree, most: 80 * degree, step: 0.01 },
  { key: "angles.2", label: "tilt: roll, radians", least: -45 * degree, most: 45 * degree, step: 0.01 },
  { key: "translation.0", label: "to the right, 10 cm", least: -1, most: 1, step: 0.01 },
  { key: "translation.1", label: "up, 10 cm", least: -1, most: 1, step: 0.01 },
  { key: "translation.2", label: "nearer, 10 cm", least: -3, most: 3, step: 0.01 },
];

/** The sliders of the one far light that the ball moves, over an even light from all around. */
export const lightControls: readonly Control[] = [
  { key: "azimuth", label: "from left to right, degrees", least: -180, most: 180, step: 1, value: 40 },
  { key: "elevation", label: "from below to above, degrees", least: -90, most: 90, step: 1, value: 30 },
  { key: "strength", label: "strength", least: 0, most: 2, step: 0.01, value: 0.8 },
  { key: "ambient", label: "light from all around", least: 0, most: 1, step: 0.01, value: 0.25 },
  { key: "warmth", label: "from cold to warm", least: -1, most: 1, step: 0.01, value: 0 },
];

/** The terms of Eq. 18 for which a config has weights. */
export type WeightName = keyof typeof defaultWeights;

/** One face has no partner, so the loss of pairs is none of them. */
const { albedoPair: _, ...defaultWeights } = evaluateDetail.settings.refine.losses.weights;

const weightLabels: Readonly<Record<WeightName, string>> = {
  image: "image, R(A′, L′): Eq. 16",
  imageGradient: "image gradient, R(A′, L): Eq. 15",
  illumination: "illumination, L′ near L: Eq. 4",
  crossPerceptual: "cross perceptual, under another's light: Eq. 5",
  symmetry: "symmetry of A′: Eq. 7",
  smoothness: "smoothness of A′: Eq. 8",
  albedoL1: "A′ near A: Eq. 10",
  adversarial: "adversarial: Eq. 12",
  greyLight: "grey light (ours)",
  lightPrior: "light as in surroundings (ours)",
  multiScaleGradient: "gradient at several scales (ours)",
};

/** A weight's slider ends at four times the larger of the default and the paper's. */
export const weightControls: readonly Control[] = Object.entries(weightLabels).map(([name, label]) => {
  const value = defaultWeights[name as WeightName];
  const largest = Math.max(value, (paperWeights as Partial<LossWeights>)[name as keyof LossWeights] ?? 0);
  const most = 4 * (largest > 0 ? largest : 1);
  // The slider must be able to stand on the default itself.
  const step = value > 0 ? value / Math.ceil((200 * value) / most) : most / 200;
  return { key: name, label, least: 0, most, step, value };
});

export const refineControls: readonly Control[] = [
  { key: "steps", label: "steps", least: 0, most: 100, step: 1, value: 30 },
  {
    key: "learningRate",
    label: "learning rate × 10⁶",
    least: 5,
    most: 1000,
    step: 5,
    value: 1e6 * evaluateDetail.settings.refine.learningRate,
  },
];

/** All that the page needs to know before it shows a face. */
export function pageControls(data: MorphableModelData) {
  return {
    groups: [
      { name: "light", title: "Light", says: "Drag the ball, or move these.", controls: lightControls },
      {
        name: "pose",
        title: "Pose",
        says: "Drag the picture, or move these.",
        controls: poseControls,
      },
      {
        name: "expression",
        title: "Expression",
        says: "0 is at rest.",
        controls: shapeControls("expression", data),
      },
      {
        name: "identity",
        title: "Identity",
        says: "Deviations from the mean face, the most telling first.",
        controls: shapeControls("identity", data),
      },
    ] satisfies ControlGroup[],
    weights: weightControls,
    refine: refineControls,
    priors: { all: fittingMethods, chosen: evaluateDetail.settings.prior },
    lights: { made: Object.keys(namedLights), surroundings: environmentLightNames },
  };
}

export function shapeControls(part: "identity" | "expression", data: MorphableModelData): Control[] {
  const prior = part === "identity" ? data.identityPrior : data.expressionPrior;
  return Array.from({ length: prior.size }, (_, i) => ({
    key: `${part}.${i}`,
    label: part === "identity" ? `identity ${i + 1}` : data.expressionNames[i].replaceAll("-", " "),
    least: prior.lower[i],
    most: prior.upper[i],
    step: 0.01,
  }));
}
