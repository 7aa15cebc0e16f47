/**
 * Runs an experiment with many settings, each in its own process. Writes
 *
 *     runs/<experiment>/<number>/   each run's own folder
 *     table.csv                     a row for each run: its settings and figures
 *     parallel-coordinates.png      a line for each run, coloured by the last figure
 *     summary.json                  the same rows, and the runs that failed
 *
 * Runs that already have a summary are not repeated; unfinished runs go on.
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "rerenderable";
import { figureToPng } from "rerenderable/notebook";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { toJson } from "../run/to-json.js";
import { parallelCoordinates } from "./parallel-coordinates.js";
import type { SweepSettings } from "./settings.js";
import { type SweepPoint, sweepPoints } from "./sweep-points.js";

type Row = Readonly<Record<string, string | number | boolean>>;

const program = path.join(import.meta.dirname, "..", "experiment.ts");

/** @returns the exit code: 1 if a run failed */
export async function runSweep(settings: SweepSettings, run: Run): Promise<number> {
  const progress = progressLine();
  const { experiment } = settings;
  if (experiment === "sweep")
    throw new InputError("--set experiment", "an experiment other than sweep", experiment);
  const points = sweepPoints(settings);
  await run.begin();
  const { index, count } = run.shard;
  const failed: string[] = [];
  for (const [i, point] of points.entries()) {
    if (i % count !== index || (await summaryOf(run, experiment, i))) continue;
    progress.say(`${i + 1} of ${points.length}: ${describe(point)}`);
    const error = await start(settings, run, i, point);
    // An error of the first run stops all, because it is likely in every run: an unknown key, a value out of its range.
    if (error && i === index)
      throw new InputError(`sweep: ${describe(point)}`, "a run that ends well", error);
    if (error) failed.push(`${describe(point)}: ${error}`);
  }
  const rows: Row[] = [];
  for (const [i, point] of points.entries()) {
    const summary = await summaryOf(run, experiment, i);
    if (summary) rows.push({ run: nameOf(i), ...point, ...figuresOf(summary, settings.figures) });
  }
  for (const line of failed) progress.say(`failed: ${line}`);
  if (rows.length + failed.length < points.length) {
    progress.say(`${rows.length} of ${points.length} runs are there; the last shard to end writes the table`);
    return 0;
  }
  await run.write("table.csv", tableCsv(rows));
  await run.write(
    "parallel-coordinates.png",
    await figureToPng(parallelCoordinates(rows.map(({ run: _, ...row }) => row))),
  );
  await run.write("summary.json", toJson({ experiment, runs: points.length, rows, failed }));
  progress.say(run.folder);
  return failed.length > 0 ? 1 : 0;
}

const nameOf = (i: number) => `${i}`.padStart(4, "0");
const describe = (point: SweepPoint) =>
  Object.entries(point)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");

/**
 * Starts one run.
 * @returns the error in one line, undefined if the run ended well
 */
function start(
  { experiment, set }: SweepSettings,
  run: Run,
  i: number,
  point: SweepPoint,
): Promise<string | undefined> {
  const assignments = [...set, ...Object.entries(point).map(([key, value]) => `${key}=${value}`)];
  const args = [
    ...["--import", "tsx", program, experiment],
    ...["--results", path.join(run.folder, "runs"), "--run", nameOf(i), "--resume"],
    ...assignments.flatMap((one) => ["--set", one]),
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const last = errors.trim().split("\n").pop();
      resolve(code === 0 ? undefined : last || `it ended with ${signal ?? code}`);
    });
  });
}

async function summaryOf(run: Run, experiment: string, i: number): Promise<unknown> {
  const file = path.join(run.folder, "runs", experiment, nameOf(i), "summary.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Finds numbers of a summary by their paths: the named ones, or all if no name is given. */
export function figuresOf(summary: unknown, names: readonly string[]): Readonly<Record<string, number>> {
  const all = Object.fromEntries(numbersIn(summary, ""));
  if (names.length === 0) return all;
  return Object.fromEntries(names.map((name) => [name, all[name] ?? Number.NaN]));
}

function numbersIn(value: unknown, at: string): [string, number][] {
  if (typeof value === "number") return [[at, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, at === "" ? key : `${at}.${key}`));
}
