"use strict";
/**
 * The literate source of a notebook, `NN-name.nb.ts`, and the notebook made from it, `NN-name.ipynb`.
 *
 * The source is jupytext's percent format for TypeScript:
 *
 *     // %% [markdown]
 *     // # A heading
 *     // Prose with $E = mc^2$.
 *
 *     // %%
 *     import { showTable } from "rerenderable/notebook";
 *     const rows = await measure();
 *
 *     // %% tags=["raises-exception"]
 *     throw new Error("shown, and the run goes on");
 *
 * It is one TypeScript module, so top-level await type-checks; where no cell imports anything, a line
 * `export {};` makes it a module. That line is left out of the notebook.
 */
const { createHash } = require("node:crypto");

/** @typedef {{ type: "code" | "markdown", source: string, tags: string[], line: number }} Cell line: of its marker, from 1 */

const MARKER = /^\/\/ ?%%(.*)$/;

/**
 * @param {string} text of a `.nb.ts` file
 * @param {string} [file] its name, for messages
 * @returns {Cell[]}
 * @throws {Error} naming file and line, where the text is not in the format above
 */
function parseSource(text, file = "notebook source") {
  const cells = [];
  const lines = text.replace(/\r\n/g, "\n").split("\n");
  for (const [index, line] of lines.entries()) {
    const marker = MARKER.exec(line);
    if (marker) {
      cells.push({ ...parseMarker(marker[1], `${file}:${index + 1}`), lines: [], line: index + 1 });
    } else if (cells.length > 0) {
      cells.at(-1).lines.push(line);
    } else if (line.trim() !== "") {
      throw new Error(`${file}:${index + 1}: expected a cell marker "// %%" before the first line of text.`);
    }
  }
  if (cells.length === 0) throw new Error(`${file}: expected at least one cell marker "// %%", found none.`);
  return cells.map(({ type, tags, lines: body, line }) => ({
    type,
    source: type === "markdown" ? markdownSource(body, line, file) : codeSource(body),
    tags,
    line,
  }));
}

/** @param {string} rest what follows `// %%` on its line */
function parseMarker(rest, place) {
  const marker = /^\s*(\[markdown\])?\s*(?:tags=(\[.*\]))?\s*$/.exec(rest);
  if (!marker) {
    throw new Error(
      `${place}: expected "// %%", "// %% [markdown]" or tags=["…"] after either, got "// %%${rest}".`,
    );
  }
  let tags = [];
  try {
    tags = marker[2] ? JSON.parse(marker[2]) : [];
  } catch {
    throw new Error(`${place}: expected tags as a JSON list of strings, got ${marker[2]}.`);
  }
  return { type: marker[1] ? "markdown" : "code", tags };
}

function markdownSource(lines, line, file) {
  const text = lines.map((one, index) => {
    if (one.trim() === "") return "";
    const comment = /^\/\/ ?(.*)$/.exec(one);
    if (comment) return comment[1];
    throw new Error(
      `${file}:${line + 1 + index}: a line of a markdown cell must begin with "// ", got "${one}".`,
    );
  });
  return trimBlankLines(text);
}

function codeSource(lines) {
  return trimBlankLines(lines.filter((line) => !/^export \{ ?\};?$/.test(line)));
}

function trimBlankLines(lines) {
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return first < 0 ? "" : lines.slice(first, last + 1).join("\n");
}

/**
 * Makes the source of cells, for those that were edited in Jupyter.
 * @param {Pick<Cell, "type" | "source" | "tags">[]} cells
 * @returns {string} the text of a `.nb.ts` file, from which `parseSource` makes the same cells again
 */
function formatSource(cells) {
  const parts = cells.map(({ type, source, tags }) => {
    const marker = [
      "// %%",
      type === "markdown" ? " [markdown]" : "",
      tags.length ? ` tags=${JSON.stringify(tags)}` : "",
    ];
    const body =
      type === "code" ? source : source.replace(/^(.*)$/gm, (_, line) => (line ? `// ${line}` : "//"));
    return `${marker.join("")}\n${body}\n`;
  });
  return parts.join("\n");
}

/**
 * @param {Cell[]} cells
 * @returns {object} a notebook in nbformat 4.5 without outputs. Keys are in the order in which Jupyter saves
 *   them, and ids follow from the contents, so that the same cells always give the same file.
 */
function toNotebook(cells) {
  const seen = new Map();
  return {
    cells: cells.map(({ type, source, tags }) => {
      const hash = createHash("sha256").update(`${type}\n${source}`).digest("hex").slice(0, 10);
      const count = (seen.get(hash) ?? 0) + 1;
      seen.set(hash, count);
      const id = count === 1 ? hash : `${hash}-${count}`;
      const metadata = tags.length > 0 ? { tags } : {};
      return type === "markdown"
        ? { cell_type: type, id, metadata, source: toLines(source) }
        : { cell_type: type, execution_count: null, id, metadata, outputs: [], source: toLines(source) };
    }),
    metadata: {
      kernelspec: { display_name: "rerenderable (TypeScript)", language: "typescript", name: "rerenderable" },
      language_info: { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/**
 * @param {string} text of an `.ipynb` file
 * @param {string} file its name, for messages
 * @returns {object} the notebook
 * @throws {Error} one line that names the file, where it is none
 */
function readNotebook(text, file) {
  const fail = (got) => {
    throw new Error(`${file}: expected a Jupyter notebook (nbformat 4), got ${got}.`);
  };
  let notebook;
  try {
    notebook = JSON.parse(text);
  } catch {
    fail("text that is no JSON");
  }
  if (!Array.isArray(notebook?.cells)) fail("JSON without a list of cells");
  const bad = notebook.cells.findIndex((cell) => !isCell(cell));
  if (bad >= 0) fail(`something else as cell ${bad + 1}`);
  return notebook;
}

function isCell(cell) {
  const isText = (value) => typeof value === "string";
  const isTexts = (value) => Array.isArray(value) && value.every(isText);
  const tags = cell?.metadata?.tags ?? [];
  return (
    ["code", "markdown", "raw"].includes(cell?.cell_type) &&
    (isText(cell.source) || isTexts(cell.source)) &&
    isTexts(tags)
  );
}

/** @returns {Pick<Cell, "type" | "source" | "tags">[]} the cells of a notebook, without raw ones */
function notebookCells(notebook) {
  return notebook.cells
    .filter((cell) => cell.cell_type !== "raw")
    .map((cell) => ({
      type: cell.cell_type,
      source: toText(cell.source),
      tags: cell.metadata?.tags ?? [],
    }));
}

/**
 * @param {object} notebook parsed `.ipynb`
 * @param {string} source text of its `.nb.ts`
 * @returns {string | null} where their cells differ first, as a sentence; null where they are the same
 */
function differenceFromSource(notebook, source) {
  const expected = parseSource(source);
  const got = notebookCells(notebook);
  for (const [index, cell] of expected.entries()) {
    const other = got[index];
    if (!other) return `cell ${index + 1} of the source (line ${cell.line}) is missing in the notebook`;
    const same =
      cell.type === other.type && cell.source === other.source && cell.tags.join() === other.tags.join();
    if (!same) return `cell ${index + 1} (line ${cell.line} of the source) differs`;
  }
  if (got.length > expected.length) return `cell ${expected.length + 1} is not in the source`;
  return null;
}

/** @returns {boolean} whether a parsed `.ipynb` holds exactly the cells of the source text; outputs do not count */
function sameAsSource(notebook, source) {
  return differenceFromSource(notebook, source) === null;
}

/** nbformat's multi-line strings: a list of lines that keep their line ends, or one string. */
function toLines(text) {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function toText(lines) {
  return Array.isArray(lines) ? lines.join("") : lines;
}

/** The bytes that Jupyter would save: keys sorted, so that opening and saving changes nothing. */
function serializeNotebook(notebook) {
  const sorted = (_, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return `${JSON.stringify(notebook, sorted, 1)}\n`;
}

module.exports = {
  parseSource,
  formatSource,
  toNotebook,
  readNotebook,
  notebookCells,
  differenceFromSource,
  sameAsSource,
  serializeNotebook,
  toLines,
  toText,
};
