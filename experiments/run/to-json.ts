/** Writes numbers and records as JSON that people can read. */

/** Writes indented JSON, with each list of numbers on one line. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\[[\d\s.,eE+-]+\]/g, (list) => list.replace(/\s+/g, " "))}\n`;
}

/** Writes one line for each record. */
export function jsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}
