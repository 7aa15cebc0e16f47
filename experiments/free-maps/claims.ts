/** What the paper claims of its losses, against what leaving one out does. */
import { createRandom, type Terms } from "rerenderable";
import { pairedDifference } from "rerenderable/face";
import { type VariantName, variantOf } from "./variants.js";

export interface Line {
  readonly id: string;
  readonly group: string;
  readonly variant: VariantName;
  readonly figures: Terms;
}

export interface Difference {
  readonly variant: VariantName;
  readonly figure: string;
  readonly all: number;
  readonly without: number;
  /** Mean of the variant's figure minus that of all losses, by face, and its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** On how many faces the variant's figure is larger, and on how many smaller. */
  readonly larger: number;
  readonly smaller: number;
  readonly faces: number;
}

/**
 * Every variant against one, over the faces that have the figure in both.
 * @param base what they are compared with
 */
export function differencesOf(lines: readonly Line[], seed: number, base: VariantName = "all"): Difference[] {
  const all = new Map(lines.filter(({ variant }) => variant === base).map((line) => [line.id, line.figures]));
  const variants = [...new Set(lines.map(({ variant }) => variant))].filter((variant) => variant !== base);
  return variants.flatMap((variant) => {
    const own = lines.filter((line) => line.variant === variant);
    const figures = [...new Set(own.flatMap((line) => Object.keys(line.figures)))];
    return figures.flatMap((figure): Difference[] => {
      const pairs = own.flatMap(({ id, figures: mine }) => {
        const [a, b] = [mine[figure], all.get(id)?.[figure]];
        return a === undefined || b === undefined ? [] : [[a, b] as const];
      });
      if (pairs.length === 0) return [];
      const [a, b] = [pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1])];
      const { mean, low, high, larger, smaller, count } = pairedDifference(
        a,
        b,
        createRandom(seed).fork(`${variant} ${figure}`),
      );
      return [
        {
          variant,
          figure,
          all: average(b),
          without: average(a),
          difference: mean,
          low,
          high,
          larger,
          smaller,
          faces: count,
        },
      ];
    });
  });
}

const average = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

interface Claim {
  /** Without the loss. */
  readonly variant: VariantName;
  /** With it: `all` if left out. */
  readonly base?: VariantName;
  readonly figure: string;
  /** The way in which the figure should go without the loss. */
  readonly should: "rise" | "fall";
  readonly about: string;
}

const claims: readonly Claim[] = [
  {
    variant: "no-image-gradient",
    figure: "albedoDetail.below4",
    should: "fall",
    about: "the share of detail below 4 texels in A′",
  },
  {
    variant: "no-texture-regularisation",
    figure: "leakage",
    should: "rise",
    about: "the light's contrast that is left in A′",
  },
  {
    variant: "no-texture-regularisation",
    figure: "albedo.complete",
    should: "rise",
    about: "the error of the whole albedo",
  },
  {
    variant: "no-cross-perceptual",
    figure: "onGrey.light.{judge}",
    should: "rise",
    about: "the person in L′ on grey, by {judge}",
  },
  {
    variant: "no-cross-perceptual",
    figure: "onGrey.swapped.{judge}",
    should: "fall",
    about: "the person under another face's light, by {judge}",
  },
  {
    variant: "no-cross-perceptual",
    base: "two-networks",
    figure: "onGrey.light.{judge}",
    should: "rise",
    about: "the person in L′ on grey, by {judge}",
  },
  {
    variant: "no-cross-perceptual",
    base: "two-networks",
    figure: "onGrey.swapped.{judge}",
    should: "fall",
    about: "the person under another face's light, by {judge}",
  },
  {
    variant: "no-illumination",
    figure: "lightDetail.below4",
    should: "rise",
    about: "the share of detail below 4 texels in L′",
  },
];

export interface TestedClaim extends Difference {
  readonly base: VariantName;
  readonly should: Claim["should"];
  /** Whether the figure goes as it should, and the interval excludes 0. */
  readonly shown: boolean;
  readonly sentence: string;
}

/** @param judges by which identity is measured */
export function claimsOf(lines: readonly Line[], seed: number, judges: readonly string[]): TestedClaim[] {
  const all = claims.flatMap((claim) => {
    if (!claim.figure.includes("{judge}")) return [claim];
    return judges.map((judge) => ({
      ...claim,
      figure: claim.figure.replace("{judge}", judge),
      about: claim.about.replace("{judge}", judge),
    }));
  });
  return all.flatMap((claim) => {
    const { base = "all", variant, figure } = claim;
    const asked = lines.flatMap((line) => {
      const named = line.variant === base || line.variant === variant;
      return named && figure in line.figures
        ? [{ ...line, figures: { [figure]: line.figures[figure] } }]
        : [];
    });
    const [found] = differencesOf(asked, seed, base);
    if (!found) return [];
    const shown = claim.should === "rise" ? found.low > 0 : found.high < 0;
    return [{ ...found, base, should: claim.should, shown, sentence: sentenceOf(claim, found, shown) }];
  });
}

function sentenceOf({ variant, base, about, should }: Claim, found: Difference, shown: boolean): string {
  const number = (value: number) => value.toFixed(3);
  const went = found.difference > 0 ? "rises" : "falls";
  const against = base ? ` against ${variantOf(base).label}` : "";
  const sure = found.low > 0 || found.high < 0;
  const other = sure ? "and goes the other way" : `which ${found.faces} faces do not show`;
  const verdict = shown ? "as it should" : `it should ${should}, ${other}`;
  return (
    `${upperFirst(variantOf(variant).label)}${against}, ${about} ${went} from ${number(found.all)} to ${number(found.without)} ` +
    `(95 % interval of the difference ${number(found.low)} to ${number(found.high)}): ${verdict}.`
  );
}

const upperFirst = (text: string) => text[0].toUpperCase() + text.slice(1);
