/** What the refiner's outputs say a difference from, and the maps that this makes: the words of `detail-maps.ts`. */
import type { NetworkArray, NetworkArrays } from "../../networks/trainable-network.js";
import type { DetailBands } from "./detail-bands.js";
import type { DetailSample } from "./detail-sample.js";

/** What the outputs differ from, for a batch. */
export interface BaseMaps {
  /** `A`, or what takes its place, [B * U * U * 3]. */
  readonly albedo: Float32Array;
  /** `L`, SH coefficients, colour-major, [B * 27]. */
  readonly light: Float32Array;
  /** `g`: the factor of that light at each texel, by colour, [B * U * U * 3]; 1 if left out. */
  readonly gain?: Float32Array;
  /** The unexplained detail of the photo, of which the outputs decide; only the base `bands` has it. */
  readonly bands?: DetailBands;
}

/** The maps of a batch, in arrays of their own. */
export interface DetailMaps {
  /** `A′`, encoded sRGB, [B, U, U, 3]. */
  readonly albedo: NetworkArray;
  /** `L′`, SH coefficients, colour-major, [B, U, U, 27]. */
  readonly light: NetworkArray;
}

/** What a base looks up in a face before the network is asked. */
export interface FirstGuess extends Partial<Omit<BaseMaps, "light">> {
  /** What the network is shown besides `[A | T]`, [U * U * channels]. */
  readonly shown?: Float32Array;
}

/** One base: all in which it differs from the others. */
export interface Base {
  /** @param texture `T`, its holes filled with noise, encoded sRGB, [U * U * 3] */
  guess(sample: DetailSample, texture: Float32Array): FirstGuess;
  maps(outputs: NetworkArrays, prior: BaseMaps): DetailMaps;
  /** @param gradients with respect to the maps @returns those with respect to the outputs */
  gradients(outputs: NetworkArrays, prior: BaseMaps, gradients: DetailMaps): NetworkArrays;
}
