/**
 * Draws parallel coordinates: an axis for each column and a line for each row. plotly's own kind needs WebGL, which is
 * missing when a PNG is made without a browser.
 */
import type { PlotlyFigure } from "rerenderable/notebook";

type Row = Readonly<Record<string, string | number | boolean>>;

/** @param rows rows with the same columns, of which there is at least one; the last column decides the colour */
export function parallelCoordinates(rows: readonly Row[]): PlotlyFigure {
  const columns = Object.keys(rows[0] ?? {});
  const axes = columns.map((column) => axisOf(rows.map((row) => row[column])));
  const last = axes.at(-1);
  const lines = rows.map((row) => ({
    type: "scatter",
    mode: "lines+markers",
    x: columns.map((_, i) => i),
    y: columns.map((column, i) => axes[i].place(row[column])),
    line: { color: colour(last?.place(row[columns.at(-1)!]) ?? 0), width: 1.5 },
  }));
  const ends = columns.flatMap((_, i) => [
    { x: i, y: 1.06, text: axes[i].top, showarrow: false },
    { x: i, y: -0.06, text: axes[i].bottom, showarrow: false },
  ]);
  return {
    data: lines,
    layout: {
      showlegend: false,
      annotations: ends,
      xaxis: { tickvals: columns.map((_, i) => i), ticktext: columns, zeroline: false },
      yaxis: { range: [-0.15, 1.15], visible: false },
      width: Math.max(640, 150 * columns.length),
      height: 420,
    },
  };
}

/** Makes an axis: numbers are placed between the smallest and the largest, words in the order of their first use. */
function axisOf(values: readonly Row[string][]) {
  const numbers = values.filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
  if (numbers.length > 0) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const place = (value: Row[string]) =>
      typeof value === "number" && high > low ? (value - low) / (high - low) : 0.5;
    return { place, bottom: low.toPrecision(4), top: high.toPrecision(4) };
  }
  const words = [...new Set(values.map(String))];
  const place = (value: Row[string]) => words.indexOf(String(value)) / Math.max(words.length - 1, 1);
  return { place, bottom: words[0] ?? "", top: words.at(-1) ?? "" };
}

/** Mixes a colour, from blue at 0 to red at 1. */
function colour(share: number): string {
  const s = Number.isFinite(share) ? share : 0.5;
  return `rgb(${Math.round(40 + 190 * s)}, 80, ${Math.round(230 - 190 * s)})`;
}
