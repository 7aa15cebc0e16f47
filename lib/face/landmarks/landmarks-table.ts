/**
 * Finds the points of one face in a table: lines of two numbers, or one line a face, with a header, an index, names of
 * photos, or numbers with a decimal comma.
 */
import path from "node:path";
import type { WrittenPoints } from "./landmarks-json.js";
import { pointOrders } from "./point-orders.js";

/** A cell that is no number, and no name of a photo or a column. */
export class NoNumberError extends Error {
  constructor(readonly cell: string) {
    super(cell);
  }
}

type Row = readonly string[];
/** Places of x and y in a row. */
type Column = readonly [number, number];

const isPhoto = (cell: string) => /\.(jpe?g|png|webp|bmp|tiff?|jfif|gif|avif|heic)$/i.test(cell);

/** Separators: a comma parts numbers, or a comma is a decimal comma. */
const readings: readonly ((line: string) => string[])[] = [
  (line) => line.split(/\s*[,;]\s*|\s+/),
  (line) => line.split(/\s*;\s*|\s+/).map((cell) => cell.replace(/^(-?\d+),(\d+)$/, "$1.$2")),
];

/**
 * @param photo the photo's name: of lines with names of photos, its own is taken
 * @returns what the text may mean, most likely first; each reading has one entry a face
 * @throws NoNumberError if it is a table in no reading
 */
export function facesInTable(text: string, photo: string): WrittenPoints[][] {
  const lines = text
    .replace(/[[\]()"]/g, " ")
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "");
  const results = readings.map((cells) => {
    try {
      return facesIn(
        lines.map((line) => cells(line.replace(/[,;]$/, ""))),
        path.basename(photo),
      );
    } catch (error) {
      if (error instanceof NoNumberError) return error;
      throw error;
    }
  });
  const faces = results.filter((result): result is WrittenPoints[] => Array.isArray(result));
  if (faces.length === 0) throw results[0];
  return faces;
}

function facesIn(rows: readonly Row[], photo: string): WrittenPoints[] {
  const named = rows.filter((row) => row.some(isPhoto));
  if (named.length > 0) {
    const own = named.filter((row) => row.some((cell) => path.basename(cell) === photo));
    return (own.length > 0 ? own : named).map(namedFace);
  }
  if (rows.length === 0) return [];
  const [first, ...rest] = rows;
  const header = rest.length > 0 ? columnsOf(first) : undefined;
  if (!header) return [{ numbers: withoutIndex(rows).flat() }];
  const points = rest.map((row) => header.flatMap(([x, y]) => [number(row[x]), number(row[y])]));
  return header.length === 1 ? [{ numbers: points.flat() }] : points.map((numbers) => ({ numbers }));
}

/** CelebA's `name x y ...`, which counts whole pixels from 0; WFLW's 98 points, then a box, six attributes and the name. */
function namedFace(row: Row): WrittenPoints {
  const numbers = row.filter((cell) => !isPhoto(cell)).map(number);
  if (numbers.length === 206) return { numbers: numbers.slice(0, 196) };
  return { numbers, shift: numbers.length === 10 && numbers.every(Number.isInteger) ? 0.5 : 0 };
}

/**
 * The columns of x and y in a header: `x,y`, OpenFace's `x_0 ... x_67, y_0 ... y_67`, CelebA's `lefteye_x lefteye_y ...`.
 * Of several families, as OpenFace has of eyes (`eye_lmk_x_0`) and in mm (`X_0`), the one of plainest name is meant.
 */
function columnsOf(header: Row): Column[] | undefined {
  const families = new Map<string, Map<string, { x?: number; y?: number }>>();
  for (const [i, name] of header.entries()) {
    const [, before = "", letter, index] = /^(?:(.*)[_ .-])?([xy])[_ .-]?(\d*)$/i.exec(name) ?? [];
    if (!letter) continue;
    const axis = letter.toLowerCase() as "x" | "y";
    const family = index === "" ? "" : `${before} ${axis === letter ? "" : "in capitals"}`;
    const point = index === "" ? before : index;
    const points = families.get(family) ?? new Map<string, { x?: number; y?: number }>();
    families.set(family, points.set(point, { ...points.get(point), [axis]: i }));
  }
  const whole = [...families]
    .sort(([a], [b]) => a.length - b.length)
    .map(([, points]) =>
      [...points.values()].flatMap(({ x, y }) =>
        x === undefined || y === undefined ? [] : [[x, y] as const],
      ),
    );
  return whole.find(({ length }) => pointOrders.has(length)) ?? whole.find(({ length }) => length === 1);
}

/** Numbers by row, without a count or unnamed columns above them, an index before them or a depth behind them. */
function withoutIndex(rows: readonly Row[]): number[][] {
  const width = rows.at(-1)?.length ?? 0;
  const isBare = rows.length > 5 && rows[0].length <= width && rows[1].length === width;
  const isAbove = isBare && (rows[0].length < width || rows[0].includes(""));
  const numbers = (isAbove ? rows.slice(1) : rows).map((row) => row.map(number));
  if (!numbers.every((row) => row.length === 3)) return numbers;
  const start = numbers[0][0];
  const isIndex = (start === 0 || start === 1) && numbers.every(([index], i) => index === start + i);
  return numbers.map((row) => (isIndex ? row.slice(1) : row.slice(0, 2)));
}

function number(cell: string | undefined): number {
  const value = Number(cell);
  if (cell === undefined || cell === "" || !Number.isFinite(value)) throw new NoNumberError(cell ?? "");
  return value;
}
