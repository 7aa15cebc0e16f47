/** Makes table rows that say how each figure spreads over faces. */
import { type Spread, spreadOf } from "rerenderable/face";

export interface SpreadRow extends Omit<Spread, "count"> {
  readonly figure: string;
  readonly faces: number;
}

/**
 * Tells whether larger values of this figure are better. The light should not be the person, nor hold the photo's detail.
 * @param judges names of the recognition networks, whose figures end on their names
 */
function isBetter(figure: string, judges: readonly string[]): boolean {
  if (/^lightDetail\.|^onGrey\.(light|coarseLight)\./.test(figure)) return false;
  if (/psnr|ssim|maskShare|^albedoDetail\./i.test(figure)) return true;
  return judges.some((judge) => figure === judge || figure.endsWith(`.${judge}`));
}

/**
 * @param all one record of figures for each face; figures that need the truth may be missing in some
 * @param judges names of the recognition networks that gave figures
 */
export function spreadRows(
  all: readonly Readonly<Record<string, number | undefined>>[],
  judges: readonly string[] = ["faceres", "dlib"],
): SpreadRow[] {
  return [...new Set(all.flatMap((figures) => Object.keys(figures)))].map((figure) => {
    const values = all.flatMap((figures) => figures[figure] ?? []);
    const { count, ...spread } = spreadOf(values, isBetter(figure, judges) ? "smaller" : "larger");
    return { figure, faces: count, ...spread };
  });
}
