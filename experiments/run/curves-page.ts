/** Draws the curves of a training on a page: each term by step, for the training and for the validation. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { CurveLine } from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import { readCurves } from "rerenderable/face";
import { html } from "../report/html.js";
import { reportStyle } from "../report/report-style.js";

/**
 * The run is cut into so many parts, and a training curve shows the mean of each: single steps vary too much to read.
 */
const parts = 200;

/** Writes `curves.html` beside `curves.jsonl`; it needs no other file and no network. */
export async function writeCurvesPage(folder: string, title: string): Promise<void> {
  const lines = await readCurves(path.join(folder, "curves.jsonl"));
  const plotly = await readFile(createRequire(import.meta.url).resolve("plotly.js-dist-min"), "utf8");
  const page = curvesPage(title, lines, plotly);
  await writeFileAtomically(path.join(folder, "curves.html"), Buffer.from(page));
}

/** @param plotly source text of the plotly library */
export function curvesPage(title: string, lines: readonly CurveLine[], plotly: string): string {
  const figures = curveFigures(lines);
  const inline = (text: string) => text.replace(/<\/script/gi, "<\\/script").replace(/<!--/g, "<\\!--");
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ html: reportStyle }}</style>
</head>
<body><main>
<h1>${title}</h1>
<p>${lines.filter(({ kind }) => kind === "training").length} steps. Lines: the training, means over up to ${parts} parts of it;
points: the validation. The axis of losses is logarithmic.</p>
${figures.map(({ name }) => html`<h2>${name}</h2><div id="${`curve-${name}`}"></div>\n`)}
</main>`;
  const draw = `for (const { name, data, layout } of ${JSON.stringify(figures)})
  Plotly.newPlot("curve-" + name, data, layout, { responsive: true, displaylogo: false });`;
  return `${head.html}\n<script>${inline(plotly)}</script>\n<script>${inline(draw)}</script>\n</body>\n</html>\n`;
}

/** Makes one figure for each term, `total` first, as plain data in plotly's form. */
export function curveFigures(lines: readonly CurveLine[]) {
  const names = [...new Set(lines.flatMap(({ terms }) => Object.keys(terms)))];
  names.sort((a, b) => Number(b === "total") - Number(a === "total"));
  return names.map((name) => {
    const of = (kind: CurveLine["kind"]) =>
      lines
        .filter((line) => line.kind === kind && name in line.terms)
        .map(({ step, terms }) => [step, terms[name]]);
    const trace = (label: string, mode: string, points: readonly number[][]) => ({
      name: label,
      mode,
      x: points.map(([step]) => step),
      y: points.map(([, value]) => value),
    });
    const data = [
      trace("training", "lines", means(of("training"))),
      trace("validation", "lines+markers", of("validation")),
    ];
    const positive = data.every(({ y }) => y.every((value) => value > 0));
    const layout = {
      height: 340,
      margin: { l: 64, r: 16, t: 8, b: 40 },
      xaxis: { title: { text: "step" } },
      yaxis: { type: positive ? "log" : "linear" },
    };
    return { name, data: data.filter(({ x }) => x.length > 0), layout };
  });
}

function means(points: readonly number[][]): number[][] {
  const size = Math.ceil(points.length / parts);
  return Array.from({ length: Math.ceil(points.length / Math.max(size, 1)) }, (_, i) => {
    const part = points.slice(i * size, (i + 1) * size);
    return [part.at(-1)![0], part.reduce((sum, [, value]) => sum + value, 0) / part.length];
  });
}
