/**
 * The losses without a network: `A′` and `L′` of some faces are themselves what Adam moves, from the prior albedo and the
 * coarse light on. What the losses ask for shows within seconds a face, before any training: which of them puts the
 * detail into the albedo, and which takes the light out of it.
 *
 * The albedo is kept between 0 and 1 as the sigmoid of its logit. The adversarial loss (12) is left out, as a map alone
 * has no generator that could fool anyone.
 */
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { type AdamArrays, adamStep, paperAdam } from "../../networks/adam.js";
import type { DetailMaps } from "../detail/base-maps.js";
import { detailBatch, disposeDetailBatch } from "../detail/detail-batch.js";
import type { DetailSample } from "../detail/detail-sample.js";
import type { Terms } from "../metrics/terms.js";
import { epochOrder } from "./epoch-order.js";
import type { IdentityLoss } from "./identity-loss.js";
import { type DetailLossOptions, mapGradients } from "./map-gradients.js";

export interface FreeMapsOptions {
  /** Two or more where Eq. 5 counts: each is lit by the light of another, who changes from step to step. */
  readonly samples: readonly DetailSample[];
  readonly losses: DetailLossOptions;
  /** May be left out if the cross perceptual weight is 0. Its network takes `batch` faces at a time. */
  readonly identity?: Pick<IdentityLoss, "compare">;
  /** `M_uv`, where the maps' losses count, [U * U]. */
  readonly uvMask: Float32Array;
  readonly steps: number;
  /** Steps during which the L1 loss of Eq. 10 counts, in place of the paper's first epoch. */
  readonly albedoL1Steps: number;
  /** Adam's first steps, of the albedo's logit and of the light; both fall to 0 along a cosine. */
  readonly learningRate: { readonly albedo: number; readonly light: number };
  /** Faces computed at once; it divides their number. */
  readonly batch: number;
  /** Decides who is lit by whose light. */
  readonly seed: number;
  /** Called after each step with the losses. */
  readonly onStep?: (done: number, terms: Terms) => void;
  /** When it is aborted, the maps are returned as they are. */
  readonly signal?: AbortSignal;
}

export interface FreeFace {
  /** `A′`, encoded sRGB, [U * U * 3]. */
  readonly albedo: Float32Array;
  /** `L′`, SH coefficients, colour-major, [U * U * 27]. */
  readonly light: Float32Array;
}

/** Gradients of means over texels are as small as 1e-9, so Adam's usual 1e-8 would hold them back. */
const adam = { ...paperAdam, epsilon: 1e-15 };

/** The albedo starts this far from 0 and 1, whose logits are infinite. */
const margin = 0.01;

/** @throws if the batch does not divide the samples, or Eq. 5 counts and there are no two faces to a batch */
export async function optimiseMaps(options: FreeMapsOptions): Promise<readonly FreeFace[]> {
  const { samples, losses, steps, batch, seed, onStep, signal } = options;
  checkOptions(options);
  const faces = samples.map(startOf);
  const maps = mapsOf(options);
  for (let step = 1; step <= steps && !signal?.aborted; step++) {
    const weights = { ...losses.weights, adversarial: 0, albedoPair: 0 };
    if (step > options.albedoL1Steps) weights.albedoL1 = 0;
    const sums: Record<string, number> = {};
    const order = epochOrder(samples.length, seed, step);
    for (let first = 0; first < order.length; first += batch) {
      const chosen = order.slice(first, first + batch);
      const [given, moved] = [chosen.map((n) => samples[n]), chosen.map((n) => faces[n])];
      const terms = await gather(options, weights, given, moved, maps);
      for (const [name, value] of Object.entries(terms)) {
        sums[name] = (sums[name] ?? 0) + (value * batch) / samples.length;
      }
    }
    const rate = 0.5 * (1 + Math.cos((Math.PI * (step - 1)) / steps));
    for (const { logit, light } of faces) {
      adamStep(logit, adam, options.learningRate.albedo * rate, step);
      adamStep(light, adam, options.learningRate.light * rate, step);
    }
    onStep?.(step, sums);
  }
  return faces.map(({ logit, light }) => ({ albedo: sigmoid(logit.w), light: light.w }));
}

interface MovedFace {
  readonly logit: AdamArrays;
  readonly light: AdamArrays;
}

function startOf({ priorAlbedo, coefficients, uvSize }: DetailSample): MovedFace {
  const light = new Float32Array(uvSize * uvSize * lightSize);
  for (let i = 0; i < light.length; i += lightSize) light.set(coefficients.light, i);
  return { logit: adamArrays(priorAlbedo.map(logitOf)), light: adamArrays(light) };
}

const adamArrays = (w: Float32Array): AdamArrays => ({
  w,
  m: new Float32Array(w.length),
  v: new Float32Array(w.length),
  g: new Float32Array(w.length),
});

function logitOf(albedo: number): number {
  const inside = Math.min(Math.max(albedo, margin), 1 - margin);
  return Math.log(inside / (1 - inside));
}

function sigmoid(logit: Float32Array, out: Float32Array = new Float32Array(logit.length)): Float32Array {
  for (let i = 0; i < logit.length; i++) out[i] = 1 / (1 + Math.exp(-logit[i]));
  return out;
}

/** Arrays for the maps of a batch, which every step fills again: new ones of this size would cost a fifth of a step. */
function mapsOf({ samples, batch }: FreeMapsOptions): DetailMaps {
  const { uvSize } = samples[0];
  const array = (channels: number) => ({
    shape: [batch, uvSize, uvSize, channels],
    values: new Float32Array(batch * uvSize * uvSize * channels),
  });
  return { albedo: array(3), light: array(lightSize) };
}

/** Sets the gradients `g` of some faces, each lit by the light of the one before it. */
async function gather(
  { losses, identity, uvMask }: FreeMapsOptions,
  weights: DetailLossOptions["weights"],
  samples: readonly DetailSample[],
  faces: readonly MovedFace[],
  maps: DetailMaps,
): Promise<Terms> {
  // No network looks at the holes, so they need no noise.
  const noise = samples.map(() => ({ normal: () => 0 }));
  const batch = detailBatch(samples, noise, { base: "direct", openings: losses.openings });
  for (const [n, { logit, light }] of faces.entries()) {
    sigmoid(logit.w, part(maps.albedo.values, faces.length, n));
    part(maps.light.values, faces.length, n).set(light.w);
  }
  const { terms, gradients } = await mapGradients({ losses, identity, uvMask, maps, batch, weights });
  disposeDetailBatch(batch);
  for (const [n, { logit, light }] of faces.entries()) {
    const toAlbedo = part(gradients.albedo.values, faces.length, n);
    const albedo = part(maps.albedo.values, faces.length, n);
    for (let i = 0; i < albedo.length; i++) logit.g[i] = toAlbedo[i] * albedo[i] * (1 - albedo[i]);
    light.g.set(part(gradients.light.values, faces.length, n));
  }
  return terms;
}

function part(values: Float32Array, count: number, n: number): Float32Array {
  const size = values.length / count;
  return values.subarray(n * size, (n + 1) * size);
}

function checkOptions({ samples, batch, losses, identity }: FreeMapsOptions): void {
  const fail = (problem: string): never => {
    throw new Error(`optimiseMaps: ${problem}.`);
  };
  if (samples.length === 0) fail("`samples` should hold a sample but is empty");
  if (samples.length % batch !== 0) {
    fail(`\`batch\` should divide the ${samples.length} samples but is ${batch}`);
  }
  if (!(losses.weights.crossPerceptual > 0)) return;
  if (!identity) fail("the term `crossPerceptual` needs a recognition network");
  if (batch < 2) fail("the term `crossPerceptual` needs a batch of 2 samples or more");
}
