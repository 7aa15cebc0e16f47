/** Everything that decides one sample, as plain data. */
import type { DetailParameters } from "../detail/parameters.js";
import type { HairParameters } from "../geometry/hair-styles.js";
import type { HandParameters } from "../geometry/hand.js";
import type { SpectaclesParameters } from "../geometry/spectacles.js";
import type { Surroundings } from "../light/surroundings.js";
import type { BackgroundParameters } from "../render/background.js";
import type { CameraParameters } from "../render/camera-effects.js";
import type { KeyLight } from "../render/scene-light.js";
import type { SubsetName } from "./subset-names.js";

/** The parts of a scene that have a seed of their own, so that one may stay while others change. */
export const sceneParts = [
  "person",
  "expression",
  "pose",
  "light",
  "occluders",
  "background",
  "camera",
] as const;
export type ScenePart = (typeof sceneParts)[number];
export type SceneSeeds = Readonly<Record<ScenePart, number>>;

export type LightKind = "harmonics" | "surroundings" | "sun" | "lamp" | "stage";

export type LightRecord =
  | {
      readonly kind: "harmonics";
      /** In words. */
      readonly description: string;
      /** 27 numbers, colour-major, for encoded values (Eq. 3). */
      readonly light: readonly number[];
    }
  | {
      readonly kind: Exclude<LightKind, "harmonics">;
      readonly description: string;
      /** Linear light. */
      readonly surroundings: Surroundings;
      readonly keys: readonly KeyLight[];
    };

export interface SceneRecord {
  readonly subset: SubsetName;
  readonly seed: number;
  readonly seeds: SceneSeeds;
  readonly coefficients: {
    /** [80] */
    readonly identity: readonly number[];
    /** [64] */
    readonly expression: readonly number[];
    /** [80] */
    readonly albedo: readonly number[];
    /** Pitch, yaw, roll in radians. */
    readonly angles: readonly [number, number, number];
    /** 10 cm. */
    readonly translation: readonly [number, number, number];
  };
  readonly detail: DetailParameters;
  readonly light: LightRecord;
  readonly hair: HairParameters | null;
  readonly spectacles: SpectaclesParameters | null;
  readonly hand: HandParameters | null;
  readonly cloth: readonly [number, number, number];
  readonly background: BackgroundParameters;
  readonly camera: CameraParameters;
}
