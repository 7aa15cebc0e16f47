/** Means over photos: all of them, and those of each head, light, kind of light and turn. */
import type { Terms } from "rerenderable";
import { type AnswerName, answerNames } from "./judge-albedo.js";

/** What a photo of the bench is of, and what came out. */
export interface BenchLine {
  readonly head: string;
  readonly light: string;
  readonly kind: "soft" | "hard";
  /** Yaw, radians. */
  readonly turn: number;
  readonly figures?: Terms;
  /** Why there are no figures. */
  readonly failure?: string;
}

const groupings = ["head", "light", "kind", "turn"] as const;

/** Of each answer; empty where no photo gave a figure. */
type Column<Name extends string> = Readonly<Partial<Record<`${AnswerName}${Name}`, number>>>;

/** Errors are after one factor a colour, those `AsIs` without; the typology angle's are in degrees. */
export interface BenchRow extends Column<"">, Column<"AsIs">, Column<"ItaError">, Column<"ItaBias"> {
  readonly by: "all" | (typeof groupings)[number];
  readonly of: string;
  readonly photos: number;
  readonly failed: number;
  /** In how many photos A′ is nearer to the truth, after one factor a colour. */
  readonly betterThanPrior: number;
  readonly betterThanPhoto: number;
}

export function benchRows(lines: readonly BenchLine[]): BenchRow[] {
  const groups = groupings.flatMap((by) =>
    [...new Set(lines.map((line) => line[by]))].map((value) =>
      rowOf(
        by,
        `${value}`,
        lines.filter((line) => line[by] === value),
      ),
    ),
  );
  return [rowOf("all", "all", lines), ...groups];
}

function rowOf(by: BenchRow["by"], of: string, lines: readonly BenchLine[]): BenchRow {
  const judged = lines.flatMap(({ figures }) => (figures ? [figures] : []));
  const column = <Name extends string>(
    name: Name,
    digits: number,
    value: (figures: Terms, answer: AnswerName) => number,
  ) =>
    Object.fromEntries(
      answerNames.map((answer) => [
        `${answer}${name}`,
        mean(
          judged.map((figures) => value(figures, answer)),
          digits,
        ),
      ]),
    ) as Column<Name>;
  return {
    by,
    of,
    photos: judged.length,
    failed: lines.length - judged.length,
    ...column("", 4, (figures, answer) => figures[`${answer}.scaled`]),
    ...column("AsIs", 4, (figures, answer) => figures[`${answer}.error`]),
    ...column("ItaError", 1, (figures, answer) => Math.abs(figures[`${answer}.ita`])),
    ...column("ItaBias", 1, (figures, answer) => figures[`${answer}.ita`]),
    betterThanPrior: countBetter(judged, "prior"),
    betterThanPhoto: countBetter(judged, "photo"),
  };
}

function mean(values: readonly number[], digits: number): number | undefined {
  if (values.length === 0) return undefined;
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(digits));
}

function countBetter(judged: readonly Terms[], than: AnswerName): number {
  return judged.filter((figures) => figures["detailed.scaled"] < figures[`${than}.scaled`]).length;
}
