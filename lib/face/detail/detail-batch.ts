/** Detail samples side by side, as the refiner and the losses take them. */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../base/tensor/random.js";
import { shadeByLights } from "../../graphics/renderer/surface/shade-by-map.js";
import { type SurfaceTensors, surfaceTensors } from "../../graphics/renderer/surface/surface-tensors.js";
import { bandCount, lightSize } from "../../graphics/scene/spherical-harmonics.js";
import type { NetworkArray } from "../../networks/trainable-network.js";
import type { BaseMaps } from "./base-maps.js";
import { bases, type MapBase } from "./detail-maps.js";
import type { DetailSample } from "./detail-sample.js";

/** What the refiner is given of `B` samples, in plain arrays. */
export interface RefinerInput {
  /** `[A | T]`, [B, U, U, 6], and after them what else the base shows. */
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
    /** `L`, or with pairs the partner's (`lightOfPartner`), at the covered pixels, [P, 3]. */
    readonly coarseShading: tf.Tensor2D;
    /** The photo under that light: `I`, or the partner's, [B, S, S, 3]. */
    readonly coarselyLitPhoto: tf.Tensor4D;
    /** With pairs: texels that both photos of a pair show, [B / 2, U, U, 1]. */
    readonly seenInBoth?: tf.Tensor4D;
  };
}

export interface DetailBatchOptions {
  /** Whether the pictures' losses count eyes and inner mouth, of which `M_face` has none. */
  readonly openings: boolean;
  /** What the outputs differ from. */
  readonly base: MapBase;
  /**
   * Whether samples 0 and 1, 2 and 3, and so on are of one skin under two lights, each pair with one geometry. `R(A′, L)` is
   * then drawn under the partner's light and compared with the partner's photo (`pairs` in `map-gradients.ts`).
   */
  readonly pairs?: boolean;
}

/** @param random one for each sample: it draws the noise in the holes of the texture */
export function refinerInput(
  samples: readonly DetailSample[],
  random: readonly Pick<Random, "normal">[],
  base: MapBase,
): RefinerInput {
  const [batch, u] = [samples.length, samples[0].uvSize];
  const faces = samples.map((sample, n) => {
    const texture = fillHoles(sample, random[n]);
    const guess = bases[base].guess(sample, texture);
    return { sample, guess, maps: joinMaps(sample.priorAlbedo, texture, guess.shown) };
  });
  const albedo = joined(samples.map(({ priorAlbedo }) => priorAlbedo));
  const maps = joined(faces.map((face) => face.maps));
  const { albedo: guessed, gain, bands } = faces[0].guess;
  return {
    maps: { shape: [batch, u, u, maps.length / (batch * u * u)], values: maps },
    prior: {
      albedo: guessed ? joined(faces.map(({ guess }) => guess.albedo!)) : albedo,
      light: joined(samples.map(({ coefficients }) => Float32Array.from(coefficients.light))),
      ...(gain && { gain: joined(faces.map(({ guess }) => guess.gain!)) }),
      ...(bands && {
        bands: {
          count: bands.count,
          forAlbedo: joined(faces.map(({ guess }) => guess.bands!.forAlbedo)),
          forLight: joined(faces.map(({ guess }) => guess.bands!.forLight)),
          nearSeen: joined(faces.map(({ guess }) => guess.bands!.nearSeen)),
        },
      }),
    },
    priorAlbedo: { shape: [batch, u, u, 3], values: albedo },
  };
}

/** @param random one for each sample: it draws the noise in the holes of the texture */
export function detailBatch(
  samples: readonly DetailSample[],
  random: readonly Pick<Random, "normal">[],
  { openings, base, pairs = false }: DetailBatchOptions,
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
  const lights = samples.map((own, n) =>
    pairs ? lightOfPartner(own, samples[partnerOf(n)]) : own.coefficients.light,
  );
  const photos = tf.tensor4d(photo, [batch, size, size, 3]);
  const partners = samples.map((_, n) => partnerOf(n));
  const coarselyLitPhoto = pairs
    ? tf.tidy(() => tf.gather(photos, tf.tensor1d(partners, "int32")))
    : photos.clone();
  return {
    samples,
    ...input,
    tensors: {
      photo: photos,
      coarselyLitPhoto,
      ...(pairs && { seenInBoth: seenInBoth(samples) }),
      faceMask: tf.tensor4d(mask, [batch, size, size, 1]),
      priorAlbedo: tf.tensor4d(input.priorAlbedo.values, [batch, u, u, 3]),
      coarseLight: tf.tensor2d(input.prior.light, [batch, lightSize]),
      surface,
      coarseShading: shadeByLights(lights, pictures, surface),
    },
  };
}

/** With pairs: who shows the same skin as the face of this number. */
const partnerOf = (n: number) => n ^ 1;

/**
 * `L` of the partner, as it would be had both fits found one brightness of the albedo: times the ratio of the two mean prior
 * albedos, by colour.
 */
function lightOfPartner(own: DetailSample, partner: DetailSample): Float32Array {
  const [mine, theirs] = [own, partner].map((sample) => meanPrior(sample, own.seen));
  return partner.coefficients.light.map((value, i) => {
    const colour = Math.floor(i / bandCount);
    return (value * theirs[colour]) / Math.max(mine[colour], 1e-6);
  });
}

function meanPrior({ priorAlbedo }: DetailSample, seen: Uint8Array): number[] {
  const sum = [0, 0, 0];
  for (let p = 0; p < seen.length; p++)
    if (seen[p] === 1) for (let c = 0; c < 3; c++) sum[c] += priorAlbedo[3 * p + c];
  return sum;
}

function seenInBoth(samples: readonly DetailSample[]): tf.Tensor4D {
  const { uvSize } = samples[0];
  const firsts = samples.filter((_, n) => n % 2 === 0);
  const seen = firsts.map((first, k) => first.seen.map((value, p) => value * samples[2 * k + 1].seen[p]));
  return tf.tensor4d(joined(seen.map((map) => Float32Array.from(map))), [firsts.length, uvSize, uvSize, 1]);
}

/** The faces of a batch after each other, in an array of their own. */
function joined(faces: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(faces.length * faces[0].length);
  faces.forEach((face, n) => {
    out.set(face, n * face.length);
  });
  return out;
}

// Loops of their own: as closures they took a third of the time of a sample.

function joinMaps(albedo: Float32Array, texture: Float32Array, shown?: Float32Array): Float32Array {
  const texels = albedo.length / 3;
  const more = shown ? shown.length / texels : 0;
  const to = new Float32Array((6 + more) * texels);
  for (let i = 0, o = 0, s = 0; i < albedo.length; i += 3, o += 6 + more) {
    to[o] = albedo[i];
    to[o + 1] = albedo[i + 1];
    to[o + 2] = albedo[i + 2];
    to[o + 3] = texture[i];
    to[o + 4] = texture[i + 1];
    to[o + 5] = texture[i + 2];
    for (let c = 0; c < more; c++, s++) to[o + 6 + c] = shown![s];
  }
  return to;
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
