"use strict";
/**
 * The executed notebooks as a small site that works from a folder, without a server and without the network:
 *
 *     npm run site [-- --folder notebooks] [--out results/site]
 *
 * A page a notebook, a page of contents, and in `assets/` what the pages share: plotly.js and the script of the faces to
 * turn. Nothing is executed: the `.ipynb` files are taken as they are.
 */
const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");
const sharp = require("sharp");
const { callerFolder } = require("../../experiments/run/caller-folder.cjs");
const { escapeHtml, markdownParser, notebookPage, pageHtml, titleOf } = require("./notebook-html.cjs");
const { toText } = require("./notebook-source.cjs");
const { writeWhole } = require("./whole-file.cjs");

const root = path.join(__dirname, "../..");

const USAGE = `npm run site [-- options]

  --folder DIR       where the executed notebooks are (default notebooks)
  --out DIR          where the site goes (default results/site)
`;

const OPTIONS = {
  folder: { type: "string", default: path.join(root, "notebooks") },
  out: { type: "string", default: path.join(root, "results", "site") },
  help: { type: "boolean", default: false },
};

/** @param {string[]} args @throws {Error} with one line for the user */
async function main(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) return void process.stdout.write(USAGE);
  const [folder, out] = [values.folder, values.out].map((one) => path.resolve(callerFolder("site"), one));
  const { pages, bytes } = await writeSite(folder, out);
  const place = path.relative(process.cwd(), path.join(out, "index.html"));
  process.stdout.write(`${pages} pages, ${(bytes / 1e6).toFixed(1)} MB in all: ${place}\n`);
}

/** @returns {Promise<{ pages: number, bytes: number }>} what was written */
async function writeSite(folder, out) {
  const notebooks = readNotebooks(folder);
  if (notebooks.length === 0) {
    throw new Error(`no executed notebook (NN-name.ipynb) in ${path.relative(root, folder) || folder}.`);
  }
  const assets = new Map();
  const share = (name, text) => {
    assets.set(`assets/${name}.js`, text);
    return `<script src="assets/${name}.js"></script>`;
  };
  const files = new Map();
  for (const [i, { name, notebook }] of notebooks.entries()) {
    const navigation = navigationOf(notebooks, i);
    files.set(`${name}.html`, await notebookPage(notebook, name, { share, navigation }));
  }
  files.set("index.html", await contentsPage(notebooks));
  let bytes = 0;
  for (const [file, text] of [...assets, ...files]) {
    writeWhole(path.join(out, file), text);
    bytes += Buffer.byteLength(text);
  }
  return { pages: files.size, bytes };
}

/** Reads the notebooks: numbered ones in their order, then the others. */
function readNotebooks(folder) {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".ipynb"));
  return files.sort().map((file) => ({
    name: file.slice(0, -".ipynb".length),
    notebook: JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")),
  }));
}

function navigationOf(notebooks, i) {
  const link = (other, arrow) =>
    other
      ? `<a href="${other.name}.html">${arrow(escapeHtml(titleOf(other.notebook) ?? other.name))}</a>`
      : "";
  const before = link(notebooks[i - 1], (title) => `← ${title}`);
  const after = link(notebooks[i + 1], (title) => `${title} →`);
  return `<nav><a href="index.html">Contents</a><span></span>${before}${after}</nav>\n`;
}

async function contentsPage(notebooks) {
  const markdown = await markdownParser();
  const items = await Promise.all(
    notebooks.map(async ({ name, notebook }) => {
      const title = escapeHtml(titleOf(notebook) ?? name);
      const picture = await thumbnail(notebook);
      const image = picture ? `<img src="${picture}" alt="">` : "<span></span>";
      const about = markdown.parseInline(firstParagraph(notebook));
      return `<li><a href="${name}.html" aria-hidden="true" tabindex="-1">${image}</a><div><h2><a href="${name}.html">${title}</a></h2><p>${about}</p></div></li>`;
    }),
  );
  const body = `<h1>The notebooks</h1>
<p class="prose">From a photo to a face that can be lit again, one stage a notebook: equations beside their code, every number from a cell.
What you see was computed when the notebooks were run last; figures can be zoomed, faces turned, sliders moved.</p>
<ul class="contents">
${items.join("\n")}
</ul>`;
  return pageHtml("rerenderable: the notebooks", body);
}

/** The paragraph under the heading. */
function firstParagraph(notebook) {
  const text = toText(notebook.cells.find((cell) => cell.cell_type === "markdown")?.source ?? "");
  const paragraph = text.split(/\n\s*\n/).find((part) => part.trim() !== "" && !/^[#|\s]/.test(part));
  return (paragraph ?? "").replace(/\s+/g, " ");
}

/** The height of the captions of a strip of pictures, px. */
const captions = 24;

/** Makes a thumbnail of the left square of the largest picture. */
async function thumbnail(notebook) {
  const pictures = notebook.cells
    .flatMap((cell) => cell.outputs ?? [])
    .filter(({ data }) => data && !data["application/vnd.plotly.v1+json"])
    .flatMap(({ data }) => [data["image/jpeg"], data["image/png"]].filter(Boolean));
  const largest = pictures.sort((a, b) => b.length - a.length)[0];
  if (!largest) return null;
  const image = sharp(Buffer.from(toText(largest), "base64"));
  const { width, height } = await image.metadata();
  const side = Math.max(1, Math.min(width, height) - captions);
  const jpeg = await image
    .extract({ left: 0, top: 0, width: side, height: side })
    .resize(220)
    .jpeg({ quality: 80 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString("base64")}`;
}

module.exports = { writeSite };

if (require.main === module) {
  main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`site: ${error.message}\n`);
    process.exit(1);
  });
}
