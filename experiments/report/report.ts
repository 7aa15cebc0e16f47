/** Writes `results/index.html`: the results of the main job, on one page that needs no other file. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "rerenderable/base";
import type { ReconstructionSummary } from "../reconstruct/reconstruction-summary.js";
import { summaryFile } from "../run/write-folder.js";
import { type Html, html } from "./html.js";
import { experimentsSection } from "./report-experiments.js";
import { fitPictures, mapPictures, pictureGrid, relitPictures } from "./report-pictures.js";
import { reportStyle } from "./report-style.js";

export interface ReportInput {
  /** Folder of the page; its links are relative to it. */
  readonly results: string;
  /** Folder of the reconstruction to show. */
  readonly reconstruction: string;
  /** Pages of executed notebooks in `results`, with their names. */
  readonly notebooks: readonly { readonly name: string; readonly file: string }[];
  /** The reason why notebooks are missing from the page, if they are. */
  readonly notebooksMissing?: string;
}

/** @returns path of the page */
export async function writeReport(input: ReportInput): Promise<string> {
  const file = path.join(input.results, "index.html");
  await writeFileAtomically(file, await reportPage(input));
  return file;
}

export async function reportPage(input: ReportInput): Promise<string> {
  const { reconstruction: folder } = input;
  const summary: ReconstructionSummary = JSON.parse(await readFile(path.join(folder, summaryFile), "utf8"));
  const name = path.basename(summary.photo);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}, reconstructed</title>
<style>${{ html: reportStyle }}</style>
</head>
<body>
<main>
<h1>${name}, reconstructed</h1>
<p>One photo, taken apart into shape, skin colour and light, and lit again. Left and right are the viewer's.</p>
${warnings(summary)}
<h2>From the photo to the coarse picture</h2>
${await pictureGrid(folder, fitPictures, "large")}
<h2>Lit again</h2>
${await pictureGrid(folder, relitPictures)}
<h2>In the face's own map</h2>
${await pictureGrid(folder, mapPictures)}
<h2>How close it comes</h2>
${metricsTable(summary)}
<h2>What is a stand-in</h2>
${standIns()}
<h2>Files</h2>
${links(input, summary)}
<h2>Experiments</h2>
${await experimentsSection(input.results)}
<h2>Notebooks</h2>
${notebooks(input)}
<h2>Time and memory</h2>
${timings(summary)}
${footer(summary)}
</main>
</body>
</html>
`;
  return page.html;
}

function warnings({ warnings }: ReconstructionSummary): Html {
  if (warnings.length === 0) return html``;
  return html`<div class="notice"><b>Warnings</b><ul>${warnings.map((line) => html`<li>${line}</li>`)}</ul></div>`;
}

function metricsTable({ metrics, maskShare, landmarkError, rmsIdentity }: ReconstructionSummary): Html {
  const regions = [
    ["skin mask", metrics.coarse],
    ["all projected skin", metrics.coarseGeometricMask],
  ] as const;
  const rows = regions.map(
    ([region, { l1, psnr, ssim }]) => html`<tr><td>${region}</td><td class="number">${fixed(l1, 4)}</td>
<td class="number">${fixed(psnr, 2)} dB</td><td class="number">${fixed(ssim, 3)}</td></tr>\n`,
  );
  return html`<div class="scroll"><table>
<caption>The coarse picture R(A, L) against the aligned photo, encoded sRGB in [0, 1]</caption>
<tr><th>region</th><th class="number">L1</th><th class="number">PSNR</th><th class="number">SSIM</th></tr>
${rows}</table></div>
<p>L1 is the mean absolute difference: lower is better. PSNR and SSIM: higher is better. The skin mask keeps
${fixed(100 * maskShare, 1)} % of the skin that the fitted face projects to; it leaves out what does not look like skin,
such as hair or glasses, so its numbers are kinder than those of the whole. The 51 inner landmarks of the fitted face
miss the detected ones by ${fixed(landmarkError, 2)} px on average, in a picture of 224 px. The identity coefficients
have a root mean square of ${fixed(rmsIdentity, 2)} standard deviations of the model, where 1 is a typical face.</p>`;
}

function standIns(): Html {
  return html`<p>The paper fits the Basel Face Model, made from scans of people. This page uses the model that comes with
the install: its shapes and skins are CC0 designed variation, not measurements, and its variation says nothing about
real people. The paper's network learnt from photos for two days, on a graphics card; this one from 600 synthetic faces, in half an
hour on two cores, 0.2 % of the paper's training. So albedo and light are told apart by a fixed filter above all: some of the shadows,
highlights and what covers the skin stay in the albedo, much of the fine detail in the light, and the lit pictures show both. The numbers above are of one photo and of the coarse picture only.</p>`;
}

function links({ results, reconstruction }: ReportInput, { files }: ReconstructionSummary): Html {
  const link = (file: string) => {
    const to = path
      .relative(results, path.join(reconstruction, file))
      .split(path.sep)
      .map(encodeURIComponent);
    return html`<a href="${to.join("/")}">${file}</a>`;
  };
  const says: Readonly<Record<string, string>> = {
    "face.glb":
      "the textured face for any glTF viewer: the texture is the albedo, so the viewer's light lights it",
    "face.obj": "the same for programs without glTF, with face.mtl and albedo.png beside it",
    "coefficients.json": "the 257 numbers by name and the 68 points",
    "light.safetensors": "the coarse light, 27 numbers",
    "summary.json": "everything on this page as data",
  };
  const shown = Object.entries(says).filter(([file]) => files.includes(file));
  return html`<ul>${shown.map(([file, text]) => html`<li>${link(file)}: ${text}</li>\n`)}</ul>`;
}

function notebooks({ results, notebooks, notebooksMissing }: ReportInput): Html {
  const items = notebooks.map(({ name, file }) => {
    const to = path.relative(results, file).split(path.sep).map(encodeURIComponent).join("/");
    return html`<li><a href="${to}">${name}</a></li>\n`;
  });
  const list = items.length > 0 ? html`<ul>${items}</ul>` : html``;
  const earlier = items.length > 0 ? " These pages are of an earlier run." : "";
  return html`${list}${notebooksMissing ? html`<p>${notebooksMissing}${earlier}</p>` : html``}`;
}

function timings({ seconds, peakMemoryMb, engine, threads }: ReconstructionSummary): Html {
  const rows = Object.entries(seconds).map(
    ([stage, value]) => html`<tr><td>${stage}</td><td class="number">${fixed(value, 2)} s</td></tr>\n`,
  );
  return html`<div class="scroll"><table>
<caption>Engine ${engine}, threads: ${threads}; at most ${peakMemoryMb} MB of memory</caption>
<tr><th>stage</th><th class="number">time</th></tr>
${rows}</table></div>`;
}

function footer({ versions, settings, prior, model }: ReconstructionSummary): Html {
  const { size, uv, steps, seed } = settings;
  return html`<footer><p>rerenderable ${versions.rerenderable}, TensorFlow.js ${versions.tfjs}, Node.js ${versions.node};
prior ${prior}, model ${model}, pictures ${size} px, uv maps ${uv} px, ${steps} steps, seed ${seed}.</p></footer>`;
}

/** Writes a number with fixed digits. JSON has no NaN or infinity: they are read as null. */
function fixed(value: number | null, digits: number): string {
  return value === null ? "n/a" : value.toFixed(digits);
}
