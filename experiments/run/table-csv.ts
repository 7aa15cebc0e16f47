/** Writes tables of results as comma-separated text. */
import { DataFrame, toCSV } from "danfojs-node";

type Cell = string | number | boolean | undefined;

/**
 * Makes the text of a table. Cells with a comma, such as "ours, R(A′, L′)", are quoted here: danfojs does not quote them,
 * and the comma would move all cells after it. An unknown cell is empty.
 * @param rows rows with the same columns
 */
export function tableCsv(rows: readonly object[]): string {
  const quoted = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, asText(cell as Cell)])),
  );
  return toCSV(new DataFrame(quoted)) as unknown as string;
}

function asText(cell: Cell): Cell {
  if (typeof cell !== "string") return cell ?? "";
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
