/** Makes table rows that say how each figure spreads over faces. */
import { type Spread, spreadOf } from "rerenderable/face";

export interface SpreadRow extends Omit<Spread, "count"> {
  readonly figure: string;
  readonly faces: number;
}

/** Tells whether larger values of this figure are better. */
const isBetter = (figure: string) => /psnr|ssim|maskShare|faceres|dlib/i.test(figure);

/** @param all one record of figures for each face; figures that need the truth may be missing in some */
export function spreadRows(all: readonly Readonly<Record<string, number | undefined>>[]): SpreadRow[] {
  return [...new Set(all.flatMap((figures) => Object.keys(figures)))].map((figure) => {
    const values = all.flatMap((figures) => figures[figure] ?? []);
    const { count, ...spread } = spreadOf(values, isBetter(figure) ? "smaller" : "larger");
    return { figure, faces: count, ...spread };
  });
}
