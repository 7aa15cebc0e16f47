"use strict";
/**
 * An executed notebook as one page that needs no other file and no network. plotly.js and the script of faces that
 * can be turned are embedded once, and only if the notebook uses them; markdown by marked; formulas as MathML by
 * temml. For a site they are files that its pages share.
 */
const fs = require("node:fs");
const temml = require("temml");
const { toText } = require("./notebook-source.cjs");

const PLOTLY = "application/vnd.plotly.v1+json";

/**
 * @typedef {(name: string, text: string) => string} Share makes HTML of a script that several pages have
 *
 * @param {object} notebook parsed `.ipynb`, executed
 * @param {string} name title, where no markdown cell has a heading
 * @param {{ share?: Share, navigation?: string }} [site] without it, scripts are in the page; the navigation is HTML that
 *   stands above and below the notebook
 * @returns {Promise<string>} HTML
 */
async function notebookPage(notebook, name, { share = embedded, navigation = "" } = {}) {
  const markdown = await markdownParser();
  const figures = { count: 0, shared: new Map() };
  const body = notebook.cells.map((cell) => cellHtml(cell, markdown, figures)).join("\n");
  const scripts = [...figures.shared].map(([id, text]) => share(id, text));
  if (figures.count > 0)
    scripts.push(share("plotly", plotly()), embedded("", `(${drawFigures.toString()})();`));
  return pageHtml(titleOf(notebook) ?? name, `${navigation}${body}${navigation}`, scripts.join("\n"));
}

/** @returns {Promise<import("marked").Marked>} of markdown as Jupyter has it, with formulas */
async function markdownParser() {
  const { Marked } = await import("marked"); // an ES module
  return new Marked({ extensions: [mathBlock, mathInline], walkTokens: toPages });
}

/** @returns {string} a whole page in the style of the notebooks */
function pageHtml(title, body, scripts = "") {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${body.includes("<math") ? formulaStyle() : ""}${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
${scripts}</body>
</html>
`;
}

/** @returns {string | undefined} the first heading of a notebook */
function titleOf(notebook) {
  const text = notebook.cells
    .filter((cell) => cell.cell_type === "markdown")
    .map((cell) => toText(cell.source));
  return /^# +(.+)$/m.exec(text.join("\n"))?.[1];
}

/** Changes links to notebooks into links to their pages. */
function toPages(token) {
  if (token.type === "link" && /^[\w-]+\.ipynb$/.test(token.href))
    token.href = token.href.replace(/ipynb$/, "html");
}

/** A script in the page itself. */
function embedded(_, text) {
  return `<script>${text.replace(/<\/script/gi, "<\\/script").replace(/<!--/g, "<\\!--")}</script>`;
}

/** Moves scripts that several outputs share, named by `data-shared`, to the end of the page, once each. */
function takeShared(html, { shared }) {
  return html.replace(/<script data-shared="([\w-]+)">([\s\S]*?)<\/script>/g, (_, id, text) => {
    shared.set(id, text);
    return "";
  });
}

function cellHtml(cell, markdown, figures) {
  const source = toText(cell.source);
  if (cell.cell_type === "markdown") return `<section class="prose">${markdown.parse(source)}</section>`;
  if (cell.cell_type !== "code") return "";
  const code = source ? `<pre class="source"><code>${highlighted(source)}</code></pre>` : "";
  const outputs = cell.outputs.map(
    (output) => `<div class="output">${outputHtml(output, markdown, figures)}</div>`,
  );
  return `<section class="code">${code}${outputs.join("")}</section>`;
}

function outputHtml(output, markdown, figures) {
  if (output.output_type === "stream") return preformatted(toText(output.text), output.name);
  if (output.output_type === "error") return preformatted(output.traceback.join("\n"), "error");
  const { data, metadata } = output;
  const plain = toText(data["text/plain"] ?? "");
  if (data[PLOTLY]) return figureHtml(data, metadata, plain, figures);
  if (data["text/html"]) return `<div class="scroll">${takeShared(toText(data["text/html"]), figures)}</div>`;
  if (data["image/svg+xml"]) return toText(data["image/svg+xml"]);
  const image = ["image/png", "image/jpeg", "image/gif"].find((type) => data[type]);
  if (image) return imageHtml(image, data[image], metadata, plain);
  if (data["text/markdown"]) return markdown.parse(toText(data["text/markdown"]));
  if (data["text/latex"]) return math(toText(data["text/latex"]).replace(/^\$+|\$+$/g, ""), true);
  return preformatted(plain, "result");
}

function preformatted(text, kind) {
  return `<pre class="${kind}">${escapeHtml(withoutTerminalColours(text))}</pre>`;
}

function imageHtml(type, base64, metadata, plain) {
  const { alt = plain, width } = metadata?.[type] ?? {};
  // On a phone a wide strip scrolls rather than shrinking until its captions cannot be read.
  const size = width ? ` width="${width}" style="min-width:${Math.min(width, 560)}px"` : "";
  const image = `<img src="data:${type};base64,${toText(base64).trim()}" alt="${escapeHtml(alt)}"${size}>`;
  return `<div class="scroll">${image}</div>`;
}

/**
 * Keeps the figure's data as JSON in the page; the script at its end draws it. Without scripts the picture is shown.
 */
function figureHtml(data, metadata, plain, figures) {
  const id = `figure-${++figures.count}`;
  const json = JSON.stringify(data[PLOTLY]).replace(/</g, "\\u003c");
  const alt = metadata?.["image/png"]?.alt ?? plain;
  const picture = data["image/png"]
    ? `<noscript>${imageHtml("image/png", data["image/png"], metadata, plain)}</noscript>`
    : "";
  return (
    `<div class="figure" id="${id}" role="img" aria-label="${escapeHtml(alt)}"></div>${picture}` +
    `<script type="application/json" data-figure="${id}">${json}</script>`
  );
}

function plotly() {
  return fs.readFileSync(require.resolve("plotly.js-dist-min"), "utf8");
}

/** Runs in the page: draws every figure, no wider than the page, dark where the reader prefers dark. */
function drawFigures() {
  /** Breaks a title into lines: plotly does not, and cuts a title that is too wide at both ends. */
  const broken = (text, width) =>
    text.replace(new RegExp(`(.{1,${Math.floor(width / 10)}})(\\s+|$)`, "g"), "$1<br>").slice(0, -4);
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  for (const script of document.querySelectorAll("script[data-figure]")) {
    const figure = JSON.parse(script.textContent);
    const element = document.getElementById(script.dataset.figure);
    const layout = figure.layout ?? {};
    if (layout.width > element.clientWidth) {
      layout.width = undefined; // plotly then takes the element's
      const text = broken(layout.title?.text ?? "", element.clientWidth);
      const more = text.split("<br>").length - 1;
      // Plotly puts the middle of the title where the middle of a single line would be.
      const pad = { t: 8 + 12 * more };
      layout.title = { ...layout.title, text, y: 1, yref: "container", yanchor: "top", pad };
      // Above the axes there must be room for the lines of the title and for the legend.
      layout.margin = { ...layout.margin, l: 48, r: 12, t: 64 + 24 * more };
      layout.legend = { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", ...layout.legend };
    }
    if (dark && !layout.paper_bgcolor) {
      layout.paper_bgcolor = "rgba(0,0,0,0)";
      layout.plot_bgcolor = "rgba(0,0,0,0)";
      layout.font = { ...layout.font, color: "#d6d6d6" };
      layout.xaxis ??= {};
      layout.yaxis ??= {};
      for (const key of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name))) {
        layout[key] = { gridcolor: "#3a3a3a", zerolinecolor: "#5a5a5a", ...layout[key] };
      }
    }
    // On screens without a pointer, the bar of buttons would always lie over the title.
    const displayModeBar = window.matchMedia("(hover: hover)").matches ? "hover" : false;
    window.Plotly.newPlot(element, figure.data, layout, {
      responsive: true,
      displaylogo: false,
      displayModeBar,
    });
  }
}

const mathInline = {
  name: "mathInline",
  level: "inline",
  start: (text) => indexOrUndefined(text.indexOf("$")),
  // The same rule as in Jupyter: no space just inside the dollars, no digit after and no code within, so prices stay
  // prices.
  tokenizer: (text) => {
    const match = /^\$\$([^$`]+)\$\$|^\$(?!\s)((?:\\.|[^$\\`])+?)(?<!\s)\$(?!\d)/.exec(text);
    if (!match) return undefined;
    return { type: "mathInline", raw: match[0], tex: match[1] ?? match[2], display: match[1] !== undefined };
  },
  renderer: ({ tex, display }) => math(tex, display),
};

const mathBlock = {
  name: "mathBlock",
  level: "block",
  start: (text) => indexOrUndefined(text.indexOf("$$")),
  tokenizer: (text) => {
    const match = /^\$\$([\s\S]+?)\$\$[ \t]*(?:\n|$)/.exec(text);
    return match ? { type: "mathBlock", raw: match[0], tex: match[1] } : undefined;
  },
  renderer: ({ tex }) => math(tex, true),
};

function indexOrUndefined(index) {
  return index < 0 ? undefined : index;
}

/** Makes MathML of a formula; one that the converter does not know is shown as its TeX source. */
function math(tex, display) {
  const source = tex.trim();
  const html = texToMathml(source, display) ?? `<code class="tex">${escapeHtml(source)}</code>`;
  return display ? `<div class="formula scroll">${html}</div>` : html;
}

/** temml's style for the fonts of the reader's machine, with its own small font, which has the primes, inside. */
function formulaStyle() {
  const style = fs.readFileSync(require.resolve("temml/dist/Temml-Local.css"), "utf8");
  const font = fs.readFileSync(require.resolve("temml/dist/Temml.woff2"), "base64");
  return style.replace("Temml.woff2'", `data:font/woff2;base64,${font}'`);
}

/** @returns {string | null} a `<math>` element, read aloud as its source; null where the formula is not known or not whole */
function texToMathml(tex, display) {
  try {
    const mathml = temml.renderToString(tex, { displayMode: display, throwOnError: true });
    return mathml.replace("<math", `<math aria-label="${escapeHtml(tex.replace(/\s+/g, " "))}"`);
  } catch {
    return null; // temml has a type of error for this, and throws others too: for "x_" a TypeError
  }
}

const TOKEN = new RegExp(
  [
    /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)/,
    /(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)/,
    /(?<keyword>\b(?:as|async|await|break|case|catch|class|const|continue|default|do|else|export|extends|false|finally|for|from|function|if|import|in|instanceof|interface|let|new|null|of|return|satisfies|static|switch|this|throw|true|try|type|typeof|undefined|void|while|yield)\b)/,
    /(?<number>\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b)/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

/** Colours TypeScript simply: comments, strings, keywords, numbers. Everything is escaped. */
function highlighted(code) {
  let html = "";
  let end = 0;
  for (const match of code.matchAll(TOKEN)) {
    const [kind, text] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    html += `${escapeHtml(code.slice(end, match.index))}<span class="${kind}">${escapeHtml(text)}</span>`;
    end = match.index + text.length;
  }
  return html + escapeHtml(code.slice(end));
}

function withoutTerminalColours(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]);
}

const STYLE = `
:root { color-scheme: light dark; --page: #ffffff; --text: #1f2328; --soft: #f5f6f8; --line: #d5d9df;
  --faint: #59636e; --link: #0a58ca; --error: #b42318; --keyword: #8250df; --string: #0a6640; --number: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --page: #15171a; --text: #dfe3e8; --soft: #1f2226; --line: #3a3f46; --faint: #9aa4af; --link: #79b0ff;
    --error: #ff8f85; --keyword: #c9a4ff; --string: #7fd0a4; --number: #8fbfff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 17px/1.6 system-ui, sans-serif; }
main { max-width: 58rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
.prose { max-width: 44rem; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; margin: 1.6em 0 0.5em; }
h1 { margin-top: 0.5em; }
a { color: var(--link); }
pre, code { font: 13.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; padding: 0.7rem 0.9rem; overflow-x: auto; }
:not(pre) > code { background: var(--soft); padding: 0.1em 0.3em; border-radius: 4px; }
.prose pre, .source { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; }
.code { margin: 1rem 0; }
.output { margin: 0.5rem 0; }
.output pre { color: var(--faint); }
.output pre.result, .output pre.stdout { color: var(--text); }
.output pre.error { color: var(--error); border-left: 3px solid var(--error); white-space: pre-wrap; }
.comment { color: var(--faint); } .string { color: var(--string); }
.keyword { color: var(--keyword); } .number { color: var(--number); }
img { max-width: 100%; height: auto; border-radius: 4px; }
button { font: inherit; font-size: 0.85em; padding: 0.2em 0.7em; border: 1px solid var(--line); border-radius: 5px;
  background: var(--soft); color: var(--text); cursor: pointer; }
.answer { margin: 0.2rem 0; padding: 0.3rem 0.8rem; background: var(--soft); border-left: 3px solid var(--faint); }
.answer.right { border-color: var(--string); } .answer.wrong { border-color: var(--error); }
nav { display: flex; flex-wrap: wrap; gap: 0.4rem 1.4rem; font-size: 0.92em; padding: 0.4rem 0; }
nav span { flex: 1; }
.contents { list-style: none; padding: 0; }
.contents li { display: grid; grid-template-columns: 9rem 1fr; gap: 0 1.2rem; padding: 1rem 0; border-top: 1px solid var(--line); }
.contents img { width: 9rem; height: 7rem; object-fit: cover; }
.contents h2 { margin: 0; font-size: 1.15em; } .contents p { margin: 0.3rem 0 0; max-width: 44rem; }
@media (max-width: 34rem) {
  body { font-size: 16px; }
  .contents li { grid-template-columns: 5.5rem 1fr; }
  .contents img { width: 5.5rem; height: 5.5rem; }
}
.scroll { overflow-x: auto; }
.formula { margin: 1rem 0; text-align: center; }
math { font-size: 1.1em; }
table { border-collapse: collapse; font-size: 0.92em; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding: 0.2rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.8rem 0.25rem 0; text-align: left; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--faint); }
`;

module.exports = { escapeHtml, markdownParser, notebookPage, pageHtml, titleOf };
