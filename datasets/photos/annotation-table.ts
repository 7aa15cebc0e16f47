/** Reads annotations of one line a photo: a name and values, separated by blanks, or by commas in a `.csv`. */
import { InputError } from "rerenderable";
import { readInputText } from "rerenderable/base";

export interface AnnotationTable {
  readonly file: string;
  /** The values, by the photo's name. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

export interface TableShape {
  /** What the file is, for messages. */
  readonly what: string;
  /** The number of values after the name. */
  readonly columns: number;
  /** Which of a line's words is the photo's name; the first by default. */
  readonly nameColumn?: number;
}

/**
 * Lines before the first photo, a count or the names of columns, are skipped.
 * @throws InputError one line: no such file, a line with too few or too many values, a name twice
 */
export async function readAnnotationTable(
  file: string,
  { what, columns, nameColumn = 0 }: TableShape,
): Promise<AnnotationTable> {
  const text = await readInputText(file, what);
  const rows = new Map<string, readonly string[]>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const words = line.split(/[\s,]+/).filter((word) => word !== "");
    const name = words[nameColumn];
    // Every photo of these data sets is a .jpg; a header names none.
    if (words.length === 0 || (rows.size === 0 && !name?.endsWith(".jpg"))) continue;
    if (!name || words.length !== columns + 1) {
      const got = `${Math.max(0, words.length - 1)} in line ${i + 1}`;
      throw new InputError(file, `${what}: a photo's name and ${columns} values a line`, got);
    }
    if (rows.has(name))
      throw new InputError(file, `${what}: each photo once`, `${name} again in line ${i + 1}`);
    rows.set(
      name,
      words.filter((_, column) => column !== nameColumn),
    );
  }
  if (rows.size === 0) throw new InputError(file, what, "a file without a line of a photo");
  return { file, rows };
}

/** @throws InputError where the table has no line for the photo */
export function rowOf({ file, rows }: AnnotationTable, name: string): readonly string[] {
  const row = rows.get(name);
  if (!row) throw new InputError(file, `a line for ${name}`, "none");
  return row;
}

/** @throws InputError where a value is no number */
export function numbersOf(table: AnnotationTable, name: string): number[] {
  return rowOf(table, name).map((word) => {
    const value = Number(word);
    if (word !== "" && Number.isFinite(value)) return value;
    throw new InputError(table.file, `numbers for ${name}`, `"${word}"`);
  });
}
