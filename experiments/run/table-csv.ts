/** Tables of results as comma-separated text. */
import { DataFrame, toCSV } from "danfojs-node";

type Cell = string | number | boolean | undefined;

/**
 * danfojs writes a cell as it stands, where a comma would move all that follow it: "ours, R(A′, L′)". An unknown one is empty.
 * @param rows of the same columns
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
