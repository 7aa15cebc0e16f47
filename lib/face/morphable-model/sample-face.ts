/**
 * Draws a random plausible person: coefficients from the priors, within their bounds, such that the decoded face looks
 * like a face. If every coefficient were drawn independently, it would not: forty moved muscles make a grimace, and no
 * one has half a beard on each cheek.
 */
import { createRandom, type Random } from "../../base/tensor/random.js";
import { isMovement } from "./coefficient-priors.js";
import type { CoefficientPrior, MorphableModelData } from "./morphable-model.js";

export interface SampledFace {
  /** [80] */
  readonly identity: Float32Array;
  /** [64] */
  readonly expression: Float32Array;
  /** [80] */
  readonly albedo: Float32Array;
}

export interface SampleFaceOptions {
  /** Whether the face moves; true by default. With `false` it is at rest: all zeros. */
  readonly expression?: boolean;
}

type Priors = Pick<MorphableModelData, "identityPrior" | "expressionPrior" | "albedoPrior"> &
  Partial<Pick<MorphableModelData, "expressionNames" | "albedoNames">>;

/** Numbers beyond this many deviations are drawn again; otherwise about one face in a hundred would be a caricature. */
const widest = 2.5;

/**
 * The same seed gives the same bits. Identity, expression and albedo are separate streams: a person keeps shape and
 * skin whether the face moves or not.
 * @param data a model; only its priors and the names of its coefficients are read
 * @param seed a whole number
 * @example
 * ```ts
 * import { loadMorphableModel, sampleFace } from "rerenderable";
 *
 * const data = await loadMorphableModel("embedded");
 * const person = sampleFace(data, 7);
 * const atRest = sampleFace(data, 7, { expression: false }); // the same person
 * ```
 */
export function sampleFace(
  data: Priors,
  seed: number,
  { expression = true }: SampleFaceOptions = {},
): SampledFace {
  const random = createRandom(seed);
  const rest = new Float32Array(data.expressionPrior.size);
  return {
    identity: withinBounds(data.identityPrior, random.fork("identity")),
    expression: expression ? sampleExpression(data, random.fork("expression")) : rest,
    albedo: sampleAlbedo(data, random.fork("albedo")),
  };
}

/** Normal numbers with the deviation over people, each drawn again until it lies within its bounds. */
function withinBounds(prior: CoefficientPrior, random: Random): Float32Array {
  return prior.sigma.map((_, i) => drawOne(prior, i, random));
}

function drawOne({ sigma, spread, lower, upper }: CoefficientPrior, i: number, random: Random): number {
  for (;;) {
    const value = random.normal();
    const scaled = value * (spread ?? sigma)[i];
    if (Math.abs(value) <= widest && scaled >= lower[i] && scaled <= upper[i]) return scaled;
  }
}

/** How often a region of the face moves, and how often left and right move together. */
const moving = 0.5;
const together = 0.85;

/**
 * One-sided coefficients are units of movement; 0 is at rest. The first word of their names (`eye`, `eyebrows`,
 * `mouth`, …) groups them into regions. A region that moves is moved by one unit, because two units of one region often
 * contradict each other. The strength is exponential, with three times the mean over all faces. Two-sided coefficients
 * are normal, scaled by how much the face moves at all.
 */
function sampleExpression({ expressionPrior, expressionNames = [] }: Priors, random: Random): Float32Array {
  const { size, sigma, upper } = expressionPrior;
  const out = new Float32Array(size);
  const isUnit = (i: number) => isMovement(expressionPrior, i);
  const indices = Array.from({ length: size }, (_, i) => i);
  let activity = indices.some(isUnit) ? 0 : 1;
  for (const units of groupBy(indices.filter(isUnit), (i) => firstWord(expressionNames[i], i)).values()) {
    if (random.uniform() > moving) continue;
    const movements = [...groupBy(units, (i) => withoutSide(expressionNames[i], i)).values()];
    const sides = movements[random.integer(movements.length)];
    const strength = Math.min(-3 * sigma[sides[0]] * Math.log1p(-random.uniform()), 0.8);
    const only = random.uniform() < together ? undefined : random.integer(sides.length);
    sides.forEach((i, side) => {
      if (only !== undefined && only !== side) return;
      out[i] = upper[i] * strength * (1 - 0.2 * random.uniform());
    });
    activity = Math.max(activity, strength);
  }
  for (const i of indices) {
    if (!isUnit(i)) out[i] = 0.5 * activity * drawOne(expressionPrior, i, random);
  }
  return out;
}

/**
 * A coefficient that is hardly ever negative is something that a face has or has not, such as a beard. Half of the
 * faces have none, and its parts (coefficients whose names differ only in their number) are present or absent together.
 */
function sampleAlbedo({ albedoPrior, albedoNames = [] }: Priors, random: Random): Float32Array {
  const out = withinBounds(albedoPrior, random);
  const { sigma, lower } = albedoPrior;
  const optional = Array.from(out.keys()).filter((i) => lower[i] > -sigma[i] / 2);
  for (const parts of groupBy(optional, (i) => albedoNames[i]?.replace(/-?\d+$/, "") ?? String(i)).values()) {
    if (random.uniform() < 0.5) for (const i of parts) out[i] = 0;
  }
  return out;
}

function groupBy(indices: readonly number[], key: (i: number) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const i of indices) groups.set(key(i), [...(groups.get(key(i)) ?? []), i]);
  return groups;
}

const firstWord = (name: string | undefined, i: number) => name?.match(/^[a-z]+/)?.[0] ?? String(i);

/** The name without its side (`eye-left-closure`, `eyeBlink_L`), or the number if there is no name. */
export function withoutSide(name: string | undefined, i: number): string {
  return name?.replace(/(-left|-right)(?=-)|_[LR]$/, "") ?? String(i);
}
