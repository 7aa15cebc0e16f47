/** Detail samples side by side, as the refiner and the losses take them. */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../base/tensor/random.js";
import { shadeByLights } from "../../graphics/renderer/surface/shade-by-map.js";
import { type SurfaceTensors, surfaceTensors } from "../../graphics/renderer/surface/surface-tensors.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import type { NetworkArray } from "../../networks/trainable-network.js";
import type { BaseMaps, MapBase } from "./detail-maps.js";
import type { DetailSample } from "./detail-sample.js";
import { splitTexture } from "./split-texture.js";

/** What the refiner is given of `B` samples, in plain arrays. */
export interface RefinerInput {
  /** `[A | T]`, [B, U, U, 6]. */
  readonly maps: NetworkArray;
  /** What the outputs differ from. */
  readonly prior: BaseMaps;
  /** `A`, [B, U, U, 3]. */
  readonly priorAlbedo: NetworkArray;
}

/** `B` samples. Owns its tensors: `disposeDetailBatch` frees them. */
export interface DetailBatch extends RefinerInput {
  readonly samples: readonly DetailSample[];
  readonly tensors: {
    /** `I`, encoded sRGB, [B, S, S, 3]. */
    readonly photo: tf.Tensor4D;
    /** `M_face`, with eyes and inner mouth where they count, [B, S, S, 1]. */
    readonly faceMask: tf.Tensor4D;
    /** `A`, [B, U, U, 3]. */
    readonly priorAlbedo: tf.Tensor4D;
    /** `L`, [B, 27]. */
    readonly coarseLight: tf.Tensor2D;
    readonly surface: SurfaceTensors;
    /** `L` at the covered pixels, [P, 3]. */
    readonly coarseShading: tf.Tensor2D;
  };
}

export interface DetailBatchOptions {
  /** Whether the pictures' losses count eyes and inner mouth, of which `M_face` has none. */
  readonly openings: boolean;
  /** What the outputs differ from. */
  readonly base: MapBase;
}

/** @param random one for each sample: it draws the noise in the holes of the texture */
export function refinerInput(
  samples: readonly DetailSample[],
  random: readonly Pick<Random, "normal">[],
  base: MapBase,
): RefinerInput {
  const [batch, u] = [samples.length, samples[0].uvSize];
  const texels = u * u;
  const maps = new Float32Array(6 * texels * batch);
  const albedo = new Float32Array(3 * texels * batch);
  const split = base === "texture" && {
    albedo: new Float32Array(albedo.length),
    gain: new Float32Array(albedo.length),
  };
  const light = new Float32Array(lightSize * batch);
  samples.forEach((sample, n) => {
    const filled = fillHoles(sample, random[n]);
    albedo.set(sample.priorAlbedo, 3 * texels * n);
    if (split) {
      const guess = splitTexture({ ...sample, texture: filled });
      split.albedo.set(guess.albedo, 3 * texels * n);
      split.gain.set(guess.gain, 3 * texels * n);
    }
    light.set(sample.coefficients.light, lightSize * n);
    joinMaps(sample.priorAlbedo, filled, maps.subarray(6 * texels * n));
  });
  return {
    maps: { shape: [batch, u, u, 6], values: maps },
    prior: { albedo, light, ...split },
    priorAlbedo: { shape: [batch, u, u, 3], values: albedo },
  };
}

/** @param random one for each sample: it draws the noise in the holes of the texture */
export function detailBatch(
  samples: readonly DetailSample[],
  random: readonly Pick<Random, "normal">[],
  { openings, base }: DetailBatchOptions,
): DetailBatch {
  const [batch, u, size] = [samples.length, samples[0].uvSize, samples[0].surface.size];
  const input = refinerInput(samples, random, base);
  const photo = new Float32Array(3 * size * size * batch);
  const mask = new Float32Array(size * size * batch);
  samples.forEach((sample, n) => {
    writeUnits(sample.image, photo.subarray(3 * size * size * n));
    writeMask(sample.mask, openings, mask.subarray(size * size * n));
  });
  const pictures = samples.map(({ surface }) => surface);
  const surface = surfaceTensors(pictures, u);
  const lights = samples.map(({ coefficients }) => coefficients.light);
  return {
    samples,
    ...input,
    tensors: {
      photo: tf.tensor4d(photo, [batch, size, size, 3]),
      faceMask: tf.tensor4d(mask, [batch, size, size, 1]),
      priorAlbedo: tf.tensor4d(input.priorAlbedo.values, [batch, u, u, 3]),
      coarseLight: tf.tensor2d(input.prior.light, [batch, lightSize]),
      surface,
      coarseShading: shadeByLights(lights, pictures, surface),
    },
  };
}

// Loops of their own: as closures they took a third of the time of a sample.

function joinMaps(albedo: Float32Array, texture: Float32Array, to: Float32Array): void {
  for (let i = 0, o = 0; i < albedo.length; i += 3, o += 6) {
    to[o] = albedo[i];
    to[o + 1] = albedo[i + 1];
    to[o + 2] = albedo[i + 2];
    to[o + 3] = texture[i];
    to[o + 4] = texture[i + 1];
    to[o + 5] = texture[i + 2];
  }
}

function writeUnits(bytes: Uint8Array, to: Float32Array): void {
  for (let i = 0; i < bytes.length; i++) to[i] = bytes[i] / 255;
}

function writeMask(mask: Uint8Array, openings: boolean, to: Float32Array): void {
  const opening = openings ? 1 : 0;
  for (let p = 0; p < mask.length; p++) to[p] = mask[p] === 2 ? opening : mask[p];
}

export function disposeDetailBatch({ tensors }: DetailBatch): void {
  tf.dispose({ ...tensors });
}

/**
 * `T` with its holes filled with Gaussian noise of the seen texture's own mean and spread by channel (section 4.2, after
 * UV-GAN).
 * @returns encoded sRGB, [U * U * 3]
 */
export function fillHoles({ texture, seen }: DetailSample, random: Pick<Random, "normal">): Float32Array {
  const [sum, squares] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  let count = 0;
  for (let p = 0; p < seen.length; p++) {
    if (seen[p] === 0) continue;
    count++;
    for (let c = 0; c < 3; c++) {
      const value = texture[3 * p + c] / 255;
      sum[c] += value;
      squares[c] += value * value;
    }
  }
  const mean = sum.map((total) => (count > 0 ? total / count : 0.5));
  const spread = squares.map((total, c) =>
    count > 0 ? Math.sqrt(Math.max(0, total / count - mean[c] ** 2)) : 0,
  );
  const filled = new Float32Array(texture.length);
  for (let p = 0; p < seen.length; p++) {
    for (let c = 0; c < 3; c++) {
      const i = 3 * p + c;
      filled[i] =
        seen[p] === 1 ? texture[i] / 255 : Math.min(Math.max(mean[c] + spread[c] * random.normal(), 0), 1);
    }
  }
  return filled;
}
