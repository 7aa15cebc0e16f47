/** The details of one face beyond the morphable model. All shares are 0 to 1. */
import type { Rgb } from "./canvas.js";

export interface DetailParameters {
  /** Decides where pores, spots and hairs lie. */
  readonly seed: number;
  /** From 0, young, to 1, old: decides wrinkles. */
  readonly age: number;
  /** How many times as deep and dark folds are; 1 if left out. */
  readonly relief?: number;
  readonly pores: number;
  /** Uneven pigment. */
  readonly mottling: number;
  /** Blood in nose, cheeks and chin. */
  readonly redness: number;
  readonly moles: number;
  readonly freckles: number;
  /** Density and length of the hairs of a beard. */
  readonly stubble: number;
  readonly browDensity: number;
  /** The colour of brows, beard and hair, encoded sRGB. */
  readonly hairColour: Rgb;
  readonly irisColour: Rgb;
  /** Turn of the eyes to the viewer's right and up, in radians. */
  readonly gaze: readonly [number, number];
  /** How much the skin shines. */
  readonly oiliness: number;
  readonly makeUp: MakeUp | null;
}

export interface MakeUp {
  readonly lips: { readonly colour: Rgb; readonly share: number };
  readonly eyeShadow: { readonly colour: Rgb; readonly share: number };
  readonly eyeliner: number;
  readonly blush: number;
}
