/**
 * The expression basis, 64 columns: 34 named units of facial movement (the mean of the package's three
 * ancestries), each from 0 (at rest) to 1 (full); the jaw moved sideways, which the units lack; then 29
 * components of what the ancestries do differently. More would be empty: the package's 102 targets have
 * rank 63.
 */
import type { Random } from "rerenderable";
import type { FaceCut } from "./face-cut.js";
import { components } from "./principal-components.js";
import type { MakeHuman } from "./source.js";

export interface ExpressionBasis {
  readonly names: string[];
  readonly modes: Float64Array[];
  /** The mean of each unit, and the deviation of the other columns; for priors. */
  readonly sigma: number[];
  readonly lower: number[];
  readonly upper: number[];
  /**
   * The share of the variance of random mixtures of all 102 targets that the units alone hold, and that all 64
   * columns hold.
   */
  readonly explained: { readonly units: number; readonly all: number };
}

const ancestries = ["african", "asian", "caucasian"];
const size = 64;

export function bakeExpression(source: MakeHuman, cut: FaceCut, random: Random): ExpressionBasis {
  const folder = (ancestry: string) => `expression/units/${ancestry}/`;
  const names = source.targetNames
    .filter((name) => name.startsWith(folder("caucasian")))
    .map((name) => name.slice(folder("caucasian").length));
  const versions = names.map((name) =>
    ancestries.map((a) => source.target(folder(a) + name, cut.bodyVertex)),
  );
  const units = versions.map((fields) =>
    fields[0].map((_, i) => fields.reduce((sum, f) => sum + f[i] / 3, 0)),
  );

  const jaw = jawSideways(units[names.findIndex((name) => name.endsWith("mouth-open"))]);

  const squares = { whole: 0, differences: 0 };
  const differences = Array.from({ length: 400 }, () => {
    const whole = new Float64Array(cut.rest.length);
    const field = new Float64Array(cut.rest.length);
    const shares = ancestries.map(() => random.normal() ** 2);
    const total = shares.reduce((a, b) => a + b);
    versions.forEach((fields, u) => {
      if (random.uniform() > 0.45) return;
      const strength = Math.min(Math.abs(0.35 * random.normal()), 1);
      fields.forEach((f, a) => {
        const amount = strength * (shares[a] / total);
        for (let i = 0; i < field.length; i++) {
          whole[i] += amount * f[i];
          field[i] += amount * (f[i] - units[u][i]);
        }
      });
    });
    squares.whole += sumOfSquares(whole);
    squares.differences += sumOfSquares(field);
    return field;
  });
  const { modes, variances } = components(differences);
  const tail = modes.slice(0, size - units.length - 1);
  const left = variances.slice(tail.length).reduce((a, b) => a + b, 0) * differences.length;
  return {
    names: [...names, "jaw-sideways", ...tail.map((_, i) => `ancestry-difference-${i + 1}`)],
    modes: [...units, jaw, ...tail],
    sigma: [...names.map(meanStrength), 0.1, ...tail.map(() => 0.7)],
    lower: [...units.map(() => 0), -1, ...tail.map(() => -3)],
    upper: [...units.map(() => 1), 1, ...tail.map(() => 3)],
    explained: { units: 1 - squares.differences / squares.whole, all: 1 - left / squares.whole },
  };
}

/**
 * How far a unit is from rest on average. It was chosen with faces at rest that the detector saw and a fit recovered:
 * the larger it is, the more a fit mistakes differences between two people's lips for movement.
 */
function meanStrength(name: string): number {
  if (/^mouth-open|^eye-.*-closure/.test(name)) return 0.2;
  return /^mouth-corner-puller/.test(name) ? 0.15 : 0.1;
}

/** The vertices that move down as the mouth opens, moved to the left by up to 1 cm. */
function jawSideways(mouthOpen: Float64Array): Float64Array {
  const fall = mouthOpen.filter((_, i) => i % 3 === 1).map((y) => Math.max(-y, 0));
  const most = fall.reduce((a, b) => Math.max(a, b));
  return mouthOpen.map((_, i) => (i % 3 === 0 ? (0.1 * fall[Math.floor(i / 3)]) / most : 0));
}

function sumOfSquares(field: Float64Array): number {
  return field.reduce((sum, value) => sum + value * value, 0);
}
