/** Runs a comparison of methods: engine, folder, and the files that all comparisons have. */
import { prepareEngine } from "rerenderable";
import type { Run } from "../run/experiment-run.js";
import type { ProgressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { jsonLines } from "../run/to-json.js";
import { type Comparison, compareMethods } from "./compare-methods.js";
import { detailTable, identityTable } from "./method-table.js";
import type { CompareMethodsSettings } from "./settings.js";

/**
 * Begins the run and writes what all comparisons have:
 *
 *     faces.jsonl          a line for each face and method: its figures
 *     identity.csv         a row for each method and rendering on grey: mean cosines to the photo, and ranks
 *     detail-shares.csv    a row for each method and map: the share of the photo's unexplained detail in it, by band
 */
export async function runComparison(
  settings: CompareMethodsSettings,
  run: Run,
  progress: ProgressLine,
): Promise<Comparison> {
  await prepareEngine("wasm");
  await run.begin();
  const comparison = await compareMethods(settings, (done, id) => progress.now(`${done}: ${id}`));
  progress.now("");
  for (const warning of comparison.judges.warnings) progress.say(warning);
  await run.write("faces.jsonl", jsonLines(comparison.judged));
  await run.write("identity.csv", tableCsv(identityTable(comparison.identities)));
  await run.write("detail-shares.csv", tableCsv(detailTable(comparison.judged)));
  return comparison;
}
