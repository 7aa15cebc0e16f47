/**
 * What the paper says of a figure, held against what the figure counts: each claim has a sentence that says whether our
 * faces show it. A claim is shown where the 95 % interval of the difference, by face, lies wholly on its side.
 */
import { createRandom, InputError, type Terms } from "rerenderable";
import { pairedDifference } from "rerenderable/face";
import type { Counted, CountName } from "./figure-counts.js";

export interface CountedVariant {
  readonly name: string;
  readonly counts: Readonly<Partial<Record<CountName, Counted>>>;
}

export interface Compared {
  /** Means over the faces: of what the claim says is less, or the number it has to exceed, and of what it says is more. */
  readonly less: number;
  readonly more: number;
  /** Mean of `more − less`, by face, and its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

export interface Verdict {
  readonly claim: string;
  readonly shown: boolean;
  readonly faces: number;
  /** The figures that decide, by name. */
  readonly compared: Readonly<Record<string, Compared>>;
  readonly sentence: string;
}

interface VerdictKind {
  /** The count that it reads. */
  readonly count: CountName;
  readonly variants: number;
  readonly of: (variants: readonly CountedVariant[], judges: readonly string[]) => Verdict[];
}

const figureVerdicts = {
  /** Variants: the training without the cross perceptual loss, then the training with it. */
  "cross-perceptual": { count: "identity-on-grey", variants: 2, of: crossPerceptual },
  "white-prior": { count: "white-prior", variants: 1, of: whitePrior },
} as const satisfies Record<string, VerdictKind>;

export type VerdictName = keyof typeof figureVerdicts;
export const verdictNames = Object.keys(figureVerdicts) as [VerdictName, ...VerdictName[]];

/** @throws InputError one line, if a verdict lacks its count or its variants */
export function checkVerdicts(
  verdicts: readonly VerdictName[],
  { counts, variants }: { readonly counts: readonly CountName[]; readonly variants: readonly unknown[] },
): void {
  for (const name of verdicts) {
    const { count, variants: needed } = figureVerdicts[name];
    if (!counts.includes(count))
      throw new InputError("--set counts", `"${count}", as the verdict ${name} reads it`, counts.join(", "));
    if (variants.length !== needed)
      throw new InputError("--set variants", `${needed} for the verdict ${name}`, `${variants.length}`);
  }
}

/** @param judges who measures identity */
export function verdictsOf(
  names: readonly VerdictName[],
  variants: readonly CountedVariant[],
  judges: readonly string[],
): Verdict[] {
  return names.flatMap((name) => figureVerdicts[name].of(variants, judges));
}

/** Figure 3 (Eq. 5): with the loss, a face under another's light is still the person. */
function crossPerceptual(variants: readonly CountedVariant[], judges: readonly string[]): Verdict[] {
  const [without, withLoss] = variants.map(({ counts }) => counts["identity-on-grey"]!);
  const names = judges.map((judge) => [judge, `onGrey.swapped.${judge}`] as const);
  const compared = Object.fromEntries(
    names.map(([judge, figure]) => [judge, compare(valuesOf(without, figure), valuesOf(withLoss, figure))]),
  );
  const faces = without.faces!.length;
  const shown = Object.values(compared).every(({ low }) => low > 0);
  const said = judges.map((judge) => {
    const [before, after] = [without, withLoss].map(({ counts }) => counts[`rankOne.swapped.${judge}`]);
    const { less, more, low, high } = compared[judge];
    return (
      `by ${judge} ${more.toFixed(3)} with the loss and ${less.toFixed(3)} without ` +
      `(95 % interval of the difference ${low.toFixed(4)} to ${high.toFixed(4)}), ` +
      `and the own photo is the nearest for ${after} and ${before} faces`
    );
  });
  const claim = "With the cross perceptual loss (Eq. 5) a face under another's light is still the person.";
  const sentence =
    `${verdictWord(shown)} over ${faces} faces, by one training each way: under the next face's light, on grey, the cosine to ` +
    `the own photo is ${said.join("; ")}.`;
  return [{ claim, shown, faces, compared, sentence }];
}

/** Figure 6: from a white map detail comes through, appearance does not. */
function whitePrior([{ counts }]: readonly CountedVariant[]): Verdict[] {
  const counted = counts["white-prior"]!;
  const faces = counted.faces!.length;
  const of = (figure: string) => valuesOf(counted, figure);
  const mean = (figure: string) => counted.counts[figure];
  const inAlbedo = of("white.albedoDetail");
  // Logarithms of `A′` and of what `L′` makes of it add up to the picture's, and so do their shares.
  const inPicture = inAlbedo.map((share, i) => share + of("white.lightDetail")[i]);
  const fromPrior = mean("prior.albedoDetail") + mean("prior.lightDetail");
  return [
    detailVerdict("R(A′, L′)", inPicture, fromPrior),
    detailVerdict("A′", inAlbedo, mean("prior.albedoDetail")),
    lostColours(),
  ];

  function detailVerdict(where: string, shares: readonly number[], prior: number): Verdict {
    const compared = compare(
      shares.map(() => most),
      shares,
    );
    const shown = compared.low > 0;
    return {
      claim: `From a white map most of the photo's detail still comes into ${where}.`,
      shown,
      faces,
      compared: { detail: compared },
      sentence:
        `${verdictWord(shown)} over ${faces} faces: of the photo's detail below 4 texels ${where} has ` +
        `${compared.more.toFixed(2)} from white (95 % interval ${(most + compared.low).toFixed(2)} to ` +
        `${(most + compared.high).toFixed(2)}) and ${prior.toFixed(2)} from the prior.`,
    };
  }

  function lostColours(): Verdict {
    const compared = {
      coarselyLit: compare(of("prior.coarselyLitColour"), of("white.coarselyLitColour")),
      detailed: compare(of("prior.colour"), of("white.colour")),
    };
    const { coarselyLit, detailed } = compared;
    const shown = coarselyLit.low > 0 && detailed.low > 0;
    return {
      claim: "From a white map the appearance, the colour of the skin, is lost.",
      shown,
      faces,
      compared,
      sentence:
        `${verdictWord(shown)} over ${faces} faces: from white the mean colour of the skin is off the photo's by ` +
        `${coarselyLit.more.toFixed(1)} in R(A′, L) and ${detailed.more.toFixed(1)} in R(A′, L′), from the prior by ` +
        `${coarselyLit.less.toFixed(1)} and ${detailed.less.toFixed(1)} (CIEDE2000), and R(A′, L′) has ` +
        `${mean("white.psnr").toFixed(1)} dB in place of ${mean("prior.psnr").toFixed(1)}.`,
    };
  }
}

/** Of a whole: the paper says "most details". */
const most = 0.5;

const verdictWord = (shown: boolean) => (shown ? "Shown" : "Not shown");

const valuesOf = ({ faces }: Counted, figure: string) => faces!.map((terms: Terms) => terms[figure]);

/** From the same draws for all, so that a run repeats. */
function compare(less: readonly number[], more: readonly number[]): Compared {
  const { mean, low, high } = pairedDifference(more, less, createRandom(0).fork("verdict"));
  return { less: average(less), more: average(more), difference: mean, low, high };
}
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
