/** The light of one scene, ready for shading. */
import type { Light, Vector } from "rerenderable";
import type { ShadowMap } from "../light/shadow-map.js";
import type { ShiningSource } from "./highlights.js";

/** A lamp or the sun: a far light with a cast shadow. */
export interface KeyLight {
  /** Unit, toward the light. */
  readonly direction: Vector;
  /** Shading of a surface that faces it. */
  readonly colour: readonly [number, number, number];
  /** Half of the angle under which it is seen, radians: softens its shadow. */
  readonly angularRadius: number;
}

/** Eq. 3: one light of order 2, multiplied with encoded albedo, without shadow or highlight. */
export interface HarmonicLight {
  readonly kind: "harmonics";
  readonly light: Light;
}

/** Linear light: surroundings that are hidden in part, and lights that cast shadows. */
export interface TracedLight {
  readonly kind: "traced";
  /** The light of the surroundings alone, if nothing hides them. */
  readonly light: Light;
  /** The light of the surroundings as it reaches each vertex, [N * 27]. */
  readonly vertexLight: Float32Array;
  readonly keys: readonly (KeyLight & { readonly shadowMap: ShadowMap; readonly shining: ShiningSource })[];
  /** The surroundings' sources. */
  readonly shining: readonly ShiningSource[];
}

export type SceneLight = HarmonicLight | TracedLight;
