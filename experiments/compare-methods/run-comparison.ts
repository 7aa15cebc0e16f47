/** Runs a comparison of methods: engine, folder, and a line for each face and method. */
import { prepareEngine } from "rerenderable";
import type { Run } from "../run/experiment-run.js";
import type { ProgressLine } from "../run/progress.js";
import { jsonLines } from "../run/to-json.js";
import { type Comparison, compareMethods } from "./compare-methods.js";
import type { CompareMethodsSettings } from "./settings.js";

/** Begins the run and writes its `faces.jsonl`. */
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
  return comparison;
}
