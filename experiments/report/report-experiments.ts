/**
 * Makes the report's section on experiments: Table 3 of this run, the tables of kept runs, and links to kept figures.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type Html, html } from "./html.js";

type Cell = string | number | null;
type Row = Readonly<Record<string, Cell>>;

/** @param results folder with `table-3/start/`, if it ran, and `published/` */
export async function experimentsSection(results: string): Promise<Html> {
  const [now, kept, bench] = await Promise.all(
    ["table-3/start", "published/table-3/synthetic", "published/truth-bench/synthetic"].map((run) =>
      readSummary(path.join(results, run)),
    ),
  );
  return html`
${now && table(`Table 3, computed now on ${now.faces} synthetic faces that no training has seen`, now.rows)}
${kept && table(`Table 3, the kept run on ${kept.faces}`, kept.rows)}
${kept && table("As the paper prints it, of CelebA, other masks and another model: not to be set beside ours", kept.printed)}
${bench && table(`The bench with truth, ${bench.faces} pictures, 16 of them of one person, kept`, bench.rows)}
${await keptFigures(results)}
<p>The commands: <code>npm run experiment -- --list</code>.</p>`;
}

interface Summary {
  readonly faces: number;
  readonly rows: readonly Row[];
  readonly printed: readonly Row[];
}

async function readSummary(run: string): Promise<Summary | ""> {
  const file = path.join(run, "summary.json");
  return existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : "";
}

function table(caption: string, rows: readonly Row[]): Html {
  const columns = Object.keys(rows[0]).filter((column) => column !== "dataset");
  const align = (column: string) => (rows.some((row) => typeof row[column] === "number") ? "number" : "");
  return html`<div class="scroll"><table><caption>${caption}</caption>
<tr>${columns.map((column) => html`<th class="${align(column)}">${column}</th>`)}</tr>
${rows.map((row) => html`<tr>${columns.map((column) => html`<td class="${align(column)}">${row[column] ?? ""}</td>`)}</tr>\n`)}
</table></div>`;
}

async function keptFigures(results: string): Promise<Html> {
  const at = path.join(results, "published");
  if (!existsSync(at)) return html``;
  const files = await readdir(at, { recursive: true });
  const figures = files.filter((file) => file.endsWith(".png")).sort(byNumber);
  const link = (file: string) =>
    html`<li><a href="published/${file.split(path.sep).map(encodeURIComponent).join("/")}">${file}</a></li>\n`;
  return html`<ul>${figures.map(link)}</ul>`;
}

const byNumber = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
