/** A table of records or of a data frame, as HTML and as text. */
import { display, escapeHtml, type MimeBundle } from "./display.js";

/** What a table needs of a data frame; danfojs has it. */
export interface DataFrameLike {
  readonly columns: readonly string[];
  /** Rows of cells, in the order of the columns. */
  readonly values: unknown;
}

export type TableSource = readonly Readonly<Record<string, unknown>>[] | DataFrameLike;

export interface TableOptions {
  readonly caption?: string;
}

/**
 * Shows a table. Numbers of one column have the same number of decimals, so that they can be compared down the
 * column: as many as give its largest number four digits. Missing cells are shown as a dash.
 */
export function showTable(source: TableSource, options: TableOptions = {}): MimeBundle {
  const { columns, rows } = cellsOf(source);
  const numeric = columns.map((_, index) => isNumeric(rows.map((row) => row[index])));
  const formats = columns.map((_, index) => numberFormat(rows.map((row) => row[index])));
  const texts = rows.map((row) => row.map((cell, index) => cellText(cell, formats[index])));
  return display({
    data: {
      "text/html": tableHtml(columns, texts, numeric, options.caption),
      "text/plain": tableText(columns, texts, numeric, options.caption),
    },
    metadata: {},
  });
}

interface Cells {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

function cellsOf(source: TableSource): Cells {
  // An array has a method `values`; a data frame has a list there.
  if (isObject(source) && "columns" in source && "values" in source && Array.isArray(source.values)) {
    const frame = source as DataFrameLike;
    const values = frame.values as readonly unknown[];
    return { columns: frame.columns, rows: values.map((row) => (Array.isArray(row) ? row : [row])) };
  }
  const records = source as readonly Readonly<Record<string, unknown>>[];
  if (!Array.isArray(records)) {
    throw new Error("showTable: `source` should be a list of records or a data frame but is neither.");
  }
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { columns, rows: records.map((record) => columns.map((column) => record[column])) };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function numbersIn(cells: readonly unknown[]): number[] {
  return cells.filter((cell): cell is number => typeof cell === "number");
}

/** Whether a column is aligned as numbers: it has numbers, and its other cells are missing. */
function isNumeric(cells: readonly unknown[]): boolean {
  const present = cells.filter((cell) => cell !== null && cell !== undefined);
  return present.length > 0 && numbersIn(present).length === present.length;
}

/** One format for all numbers of a column. */
function numberFormat(cells: readonly unknown[]): (value: number) => string {
  const sizes = numbersIn(cells)
    .filter((value) => Number.isFinite(value) && value !== 0)
    .map((value) => Math.abs(value));
  const all = numbersIn(cells).filter((value) => Number.isFinite(value));
  if (all.every((value) => Number.isSafeInteger(value))) return String;
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  // One number of decimals for all would hide the small numbers, or make the large ones unreadable.
  if (largest >= 1e6 || largest < 1e-3 || largest / smallest >= 1e4) return precise;
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(largest)));
  return (value) => value.toFixed(decimals);
}

function precise(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return "0";
  return size >= 1e6 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

function cellText(cell: unknown, format: (value: number) => string): string {
  if (cell === null || cell === undefined) return "–";
  if (typeof cell !== "number") return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
  return Number.isFinite(cell) ? format(cell).replace(/^-/, "−") : String(cell);
}

function tableHtml(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly boolean[],
  caption: string | undefined,
): string {
  const align = (index: number) => (numeric[index] ? ' align="right" style="text-align:right"' : "");
  const cell = (tag: "th" | "td") => (text: string, index: number) =>
    `<${tag}${align(index)}>${escapeHtml(text)}</${tag}>`;
  const head = `<thead><tr>${columns.map(cell("th")).join("")}</tr></thead>`;
  const body = rows.map((row) => `<tr>${row.map(cell("td")).join("")}</tr>`).join("\n");
  const title = caption ? `<caption>${escapeHtml(caption)}</caption>` : "";
  return `<table>${title}${head}\n<tbody>\n${body}\n</tbody></table>`;
}

function tableText(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly boolean[],
  caption: string | undefined,
): string {
  const widths = columns.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((text, index) => (numeric[index] ? text.padStart(widths[index]) : text.padEnd(widths[index])))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [...(caption ? [caption] : []), line(columns), rule, ...rows.map(line)].join("\n");
}
