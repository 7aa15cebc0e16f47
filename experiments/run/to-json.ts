/** Numbers and records as JSON for people to read. */

/** Indented, with lists of numbers on one line. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\[[\d\s.,eE+-]+\]/g, (list) => list.replace(/\s+/g, " "))}\n`;
}

/** A line a record. */
export function jsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}
