/** The figure at the end of most notebooks' experiments: one or a few lines over the same values. */
import type { MimeBundle } from "./display.js";
import { showFigure } from "./figure.js";

export interface LinesOptions {
  /** Name and values of the horizontal axis: `["noise, px", [0, 1, 2]]`. */
  readonly x: readonly [string, readonly number[]];
  /** Name of the vertical axis. */
  readonly y: string;
  /** The lines by name, with a value for each of `x`. A value that is not finite leaves a gap. */
  readonly lines: Readonly<Record<string, ArrayLike<number>>>;
  /** Whether the vertical axis is logarithmic; then all values should be above 0. */
  readonly log?: boolean;
  /** Whether a vertical axis that is not logarithmic begins at 0; true by default. */
  readonly fromZero?: boolean;
  /** Whether to draw points without lines between them, for values that have no order. */
  readonly points?: boolean;
}

/** Shows lines. The alternative text is made of the title and of each line's first and last value. */
export async function showLines(title: string, options: LinesOptions): Promise<MimeBundle> {
  const { x, y, lines, log = false, fromZero = true, points = false } = options;
  const [xTitle, places] = x;
  for (const [name, values] of Object.entries(lines)) {
    if (values.length === places.length) continue;
    throw new Error(
      `showLines: \`${name}\` should have ${places.length} values, one for each of \`x\`, but has ${values.length}.`,
    );
  }
  const data = Object.entries(lines).map(([name, values]) => ({
    name,
    x: [...places],
    y: Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
    type: "scatter",
    mode: points ? "markers" : places.length > 40 ? "lines" : "lines+markers",
  }));
  const layout = {
    title: { text: title },
    xaxis: { title: { text: xTitle } },
    yaxis: { title: { text: y }, ...(log ? { type: "log" } : fromZero && { rangemode: "tozero" }) },
    showlegend: data.length > 1,
    width: 620,
    height: 320,
  };
  const ends = Object.entries(lines).map(
    ([name, values]) => `${name} from ${short(values[0])} to ${short(values[values.length - 1])}`,
  );
  return showFigure({ data, layout }, `${title} (${y} over ${xTitle}): ${ends.join("; ")}.`);
}

function short(value: number | undefined): string {
  return value === undefined ? "nothing" : String(Number(value.toPrecision(3)));
}
