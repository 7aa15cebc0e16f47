/**
 * The identity basis: principal components of plausible people, drawn by moving the artist-made sliders of
 * MakeHuman. The variation is designed, not measured on scans: figures made with it must not be set beside
 * those of a scanned model.
 */
import type { Random } from "rerenderable";
import type { FaceCut } from "./face-cut.js";
import { type Components, mirroredComponents } from "./principal-components.js";
import type { MakeHuman } from "./source.js";

const samples = 1000;
/** Standard deviation of a slider of range [−1, 1]; with 0.3 the faces drift to caricature. */
const sliderDeviation = 0.2;
const races = ["caucasian", "african", "asian"] as const;
const genders = ["female", "male"] as const;
const ages = ["child", "young", "old"] as const;
const sliderFolders = [
  "head",
  "forehead",
  "eyebrows",
  "eyes",
  "nose",
  "mouth",
  "ears",
  "chin",
  "cheek",
  "neck",
];
const opposites = [
  ["less", "more"],
  ["in", "out"],
  ["down", "up"],
  ["decr", "incr"],
  ["min", "max"],
  ["small", "big"],
  ["backward", "forward"],
  ["concave", "convex"],
  ["deflate", "inflate"],
  ["compress", "uncompress"],
  ["lessgreek", "moregreek"],
  ["lesshump", "morehump"],
  ["point", "potato"],
  ["decrease", "increase"],
  ["pointed", "triangle"],
  ["round", "square"],
] as const;

export interface IdentityBasis extends Components {
  /** Mean over the drawn people, [N * 3], units of 10 cm, in the package's frame. */
  readonly mean: Float64Array;
}

export function bakeIdentity(
  source: MakeHuman,
  cut: FaceCut,
  usable: ReadonlySet<string>,
  random: Random,
): IdentityBasis {
  const draw = personSampler(source, cut, usable, random);
  const people = Array.from({ length: samples }, () => alignTo(cut.rest, draw()));
  const mean = new Float64Array(cut.rest.length);
  for (const person of people) for (let i = 0; i < mean.length; i++) mean[i] += person[i] / samples;
  // The mean over the mirrored set is symmetric.
  for (let v = 0; v < cut.mirror.length; v++) {
    const twin = cut.mirror[v];
    if (twin < v) continue;
    const [x, y, z] = [0, 1, 2].map(
      (k) => (mean[3 * v + k] + (k === 0 ? -1 : 1) * mean[3 * twin + k]) / 2,
    ) as [number, number, number];
    mean.set([x, y, z], 3 * v);
    mean.set([twin === v ? 0 : -x, y, z], 3 * twin);
  }
  const centred = people.map((person) => person.map((value, i) => value - mean[i]));
  return { mean, ...mirroredComponents(centred, cut.mirror, 80) };
}

/** Returns a function that draws one person's vertices, [N * 3]. */
function personSampler(
  source: MakeHuman,
  cut: FaceCut,
  usable: ReadonlySet<string>,
  random: Random,
): () => Float64Array {
  const read = (name: string) => source.target(name, cut.bodyVertex);
  const macro = macroShape(read, usable);
  const { pairs, singles, asymmetries } = sliders(source, usable, read);
  const clip = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const slider = () => clip(sliderDeviation * random.normal(), -0.9, 0.9);

  return () => {
    const person = Float64Array.from(cut.rest);
    macro(random, person);
    const shared = new Map<string, number>(); // left and right sliders of a pair move together
    for (const { stem, sided, weight, negative, positive } of pairs) {
      if (!shared.has(stem)) shared.set(stem, slider());
      const value = weight * (shared.get(stem)! + (sided ? 0.04 * random.normal() : 0));
      const [target, amount] = value > 0 ? [positive, value] : [negative, -value];
      // A slider that has lost one half to licensing moves by the negative of the other.
      if (target) addScaled(person, target, amount);
      else addScaled(person, (value > 0 ? negative : positive)!, -amount);
    }
    for (const single of singles)
      addScaled(person, single, clip(-0.08 * Math.log(1 - random.uniform()), 0, 0.7));
    for (const asymmetry of asymmetries) addScaled(person, asymmetry, Math.abs(0.12 * random.normal()));
    return person;
  };
}

interface SliderPair {
  readonly stem: string;
  readonly sided: boolean;
  readonly weight: number;
  readonly negative?: Float64Array;
  readonly positive?: Float64Array;
}

function sliders(source: MakeHuman, usable: ReadonlySet<string>, read: (name: string) => Float64Array) {
  const all = source.targetNames.filter((name) => sliderFolders.includes(name.split("/")[0]));
  const pairs: SliderPair[] = [];
  const singles: Float64Array[] = [];
  const optional = (name: string) => (usable.has(name) ? read(name) : undefined);
  const partner = (name: string, from: 0 | 1) => {
    const match = opposites.find((pair) => name.endsWith(`-${pair[from]}`));
    return match && name.slice(0, -match[from].length) + match[1 - from];
  };
  for (const name of all) {
    const positive = partner(name, 0);
    if (positive !== undefined && all.includes(positive)) {
      const [folder, file] = name.split("/") as [string, string];
      const sided = /^[lr]-/.test(file);
      const still = folder === "neck" || /head-(trans|back)/.test(name);
      const pair = { negative: optional(name), positive: optional(positive) };
      if (pair.negative || pair.positive) {
        pairs.push({
          stem: folder + (sided ? file.slice(2) : file),
          sided,
          weight: still ? 0.3 : 1,
          ...pair,
        });
      }
      continue;
    }
    const negative = partner(name, 1);
    if (!(negative !== undefined && all.includes(negative)) && usable.has(name)) singles.push(read(name));
  }
  const asymmetries = source.targetNames
    .filter((name) => name.startsWith("asym/") && !name.includes("asymm") && usable.has(name))
    .map(read);
  return { pairs, singles, asymmetries };
}

/** Age, sex, ancestry, muscle and weight: a convex mixture of the package's macro targets. */
function macroShape(read: (name: string) => Float64Array, usable: ReadonlySet<string>) {
  const ancestry = new Map<string, Float64Array>();
  const key = (race: string, gender: string, age: string) => `macrodetails/${race}-${gender}-${age}`;
  const combinations = races.flatMap((r) => genders.flatMap((g) => ages.map((a) => [r, g, a] as const)));
  for (const c of combinations) if (usable.has(key(...c))) ancestry.set(key(...c), read(key(...c)));
  const known = combinations.filter(
    ([r, g, a]) => usable.has(key(r, g, a)) && usable.has(key(r, g, "young")),
  );
  for (const [race, gender, age] of combinations) {
    if (ancestry.has(key(race, gender, age))) continue;
    // A face that is not released as CC0 is replaced: the young face of the group plus the mean ageing of the groups
    // that are.
    const rebuilt = Float64Array.from(ancestry.get(key(race, gender, "young"))!);
    const others = known.filter(([, , a]) => a === age);
    for (const [r, g, a] of others) {
      addScaled(rebuilt, ancestry.get(key(r, g, a))!, 1 / others.length);
      addScaled(rebuilt, ancestry.get(key(r, g, "young"))!, -1 / others.length);
    }
    ancestry.set(key(race, gender, age), rebuilt);
  }
  const levels = ["min", "average", "max"];
  const body = new Map<string, Float64Array>();
  for (const g of genders)
    for (const a of ages)
      for (const m of levels)
        for (const w of levels) {
          const name = `macrodetails/universal-${g}-${a}-${m}muscle-${w}weight`;
          if (usable.has(name)) body.set(`${g}-${a}-${m}-${w}`, read(name));
        }

  return (random: Random, person: Float64Array) => {
    const race = halfDirichlet(random, races.length);
    const male = random.uniform() < 0.5 ? random.uniform() ** 2 : 1 - random.uniform() ** 2; // mostly one or the other
    const age = triangular(random, 0.38, 0.55, 1);
    const ageWeights = [
      age < 0.5 ? 1 - (age - 0.1875) / 0.3125 : 0,
      age < 0.5 ? (age - 0.1875) / 0.3125 : 2 - 2 * age,
      Math.max(0, 2 * age - 1),
    ];
    const triple = (x: number) => [Math.max(0, 1 - 2 * x), 1 - Math.abs(2 * x - 1), Math.max(0, 2 * x - 1)];
    const unit = (x: number) => Math.min(Math.max(x, 0), 1);
    const muscle = triple(unit(0.5 + 0.12 * random.normal()));
    const weight = triple(unit(0.5 + 0.2 * random.normal()));
    genders.forEach((gender, g) => {
      ages.forEach((ageName, a) => {
        const share = (g === 0 ? 1 - male : male) * Math.max(ageWeights[a], 0);
        if (share <= 0) return;
        races.forEach((r, i) => {
          addScaled(person, ancestry.get(key(r, gender, ageName))!, share * race[i]);
        });
        levels.forEach((m, i) => {
          levels.forEach((w, j) => {
            const shape = body.get(`${gender}-${ageName}-${m}-${w}`);
            if (shape) addScaled(person, shape, share * muscle[i] * weight[j]);
          });
        });
      });
    });
  };
}

function addScaled(target: Float64Array, source: Float64Array, scale: number): void {
  if (scale === 0) return;
  for (let i = 0; i < target.length; i++) target[i] += scale * source[i];
}

/** Symmetric Dirichlet of parameter 1/2: squares of normals, normalised. */
function halfDirichlet(random: Random, count: number): number[] {
  const draws = Array.from({ length: count }, () => random.normal() ** 2);
  const sum = draws.reduce((a, b) => a + b);
  return draws.map((d) => d / sum);
}

function triangular(random: Random, low: number, mode: number, high: number): number {
  const u = random.uniform();
  const split = (mode - low) / (high - low);
  return u < split
    ? low + Math.sqrt(u * (high - low) * (mode - low))
    : high - Math.sqrt((1 - u) * (high - low) * (high - mode));
}

/**
 * Moves a shape rigidly (no scale) onto the reference by its face, so that the basis holds no head pose. It takes
 * small-angle Gauss-Newton steps, which are exact after a few.
 */
export function alignTo(reference: Float64Array, shape: Float64Array): Float64Array {
  const core: number[] = [];
  for (let v = 0; v < reference.length / 3; v++)
    if (reference[3 * v + 1] > 6.3 && reference[3 * v + 2] > 0.6) core.push(v);
  const centre = (x: Float64Array) =>
    [0, 1, 2].map((k) => core.reduce((sum, v) => sum + x[3 * v + k], 0) / core.length);
  const target = centre(reference);
  let aligned = Float64Array.from(shape);
  for (let round = 0; round < 4; round++) {
    const c = centre(aligned);
    // Σ (r × d) = (Σ |r|² I − r rᵀ) ω for displacements d = ω × r
    const a = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    const b = [0, 0, 0];
    for (const v of core) {
      const r = [0, 1, 2].map((k) => aligned[3 * v + k] - c[k]) as [number, number, number];
      const d = [0, 1, 2].map((k) => reference[3 * v + k] - target[k] - r[k]) as [number, number, number];
      const square = r[0] ** 2 + r[1] ** 2 + r[2] ** 2;
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++) a[3 * i + j] += (i === j ? square : 0) - r[i] * r[j];
      b[0] += r[1] * d[2] - r[2] * d[1];
      b[1] += r[2] * d[0] - r[0] * d[2];
      b[2] += r[0] * d[1] - r[1] * d[0];
    }
    const omega = solve3(a, b);
    const rotation = rotationFromVector(omega);
    aligned = aligned.map((_, i) => {
      const [v, k] = [Math.floor(i / 3), i % 3];
      return (
        target[k] + [0, 1, 2].reduce((sum, j) => sum + rotation[3 * k + j] * (aligned[3 * v + j] - c[j]), 0)
      );
    });
  }
  return aligned;
}

function solve3(a: readonly number[], b: readonly number[]): number[] {
  const det = (m: readonly number[]) =>
    m[0] * (m[4] * m[8] - m[5] * m[7]) -
    m[1] * (m[3] * m[8] - m[5] * m[6]) +
    m[2] * (m[3] * m[7] - m[4] * m[6]);
  const whole = det(a);
  return [0, 1, 2].map(
    (column) => det(a.map((value, i) => (i % 3 === column ? b[Math.floor(i / 3)] : value))) / whole,
  );
}

function rotationFromVector([x, y, z]: readonly number[]): number[] {
  const angle = Math.hypot(x, y, z);
  if (angle === 0) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [ux, uy, uz] = [x / angle, y / angle, z / angle];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const t = 1 - c;
  return [
    ...[t * ux * ux + c, t * ux * uy - s * uz, t * ux * uz + s * uy],
    ...[t * ux * uy + s * uz, t * uy * uy + c, t * uy * uz - s * ux],
    ...[t * ux * uz - s * uy, t * uy * uz + s * ux, t * uz * uz + c],
  ];
}
