/** `npm run bench -- [suite…]`: timed programs, printed as a table or JSON and appended to the CSV of this machine. */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { embeddings } from "./embeddings.js";
import { explorer } from "./explorer.js";
import { fitting } from "./fitting.js";
import { install } from "./install.js";
import type { Measurement, Suite } from "./measurement.js";
import { morphableModel } from "./morphable-model.js";
import { networks } from "./networks.js";
import { renderer } from "./renderer.js";

const suites: Readonly<Record<string, Suite>> = {
  networks,
  embeddings,
  "morphable-model": morphableModel,
  renderer,
  fitting,
  explorer,
  install,
};

/** This suite takes minutes and the network, so it runs only by its name. */
const onlyByName = "install";

const engineChoices = ["onnx", "wasm", "webgpu", "tensorflow", "cpu"];

interface Options {
  readonly json: boolean;
  readonly rounds: number;
  readonly threads: readonly number[];
  readonly engines?: readonly string[];
  readonly also: readonly string[];
  readonly save: boolean;
}

const program = new Command("npm run bench --")
  .description("Times the parts of the laboratory, each in turns with a peer, as medians and ratios.")
  .argument("[suites...]", `of ${Object.keys(suites).join(", ")}; all but ${onlyByName} if none is named`)
  .option("--json", "print JSON instead of a table", false)
  .option("--rounds <n>", "how often each case is timed", positive, 9)
  .option("--threads <list>", "numbers of threads", (list) => list.split(",").map(positive), [1, 2])
  .addOption(
    new Option("--engines <list>", `of ${engineChoices.join(", ")}; each suite has its own choice`).argParser(
      knownEngines,
    ),
  )
  .option("--also <list>", "rows of install that take long: start, test", longRows, [])
  .option("--no-save", "leave the CSV alone");

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("should be a whole number above 0.");
}

function knownEngines(list: string): string[] {
  const engines = list.split(",");
  const unknown = engines.find((engine) => !engineChoices.includes(engine));
  if (unknown === undefined) return engines;
  throw new InvalidArgumentError(`should be of ${engineChoices.join(", ")}, but "${unknown}" is not.`);
}

function longRows(list: string): string[] {
  const rows = list.split(",");
  if (rows.every((row) => row === "start" || row === "test")) return rows;
  throw new InvalidArgumentError("should be of start, test.");
}

program.action(async (names: readonly string[], options: Options) => {
  const unknown = names.find((name) => !suites[name]);
  if (unknown) program.error(`no suite "${unknown}": there are ${Object.keys(suites).join(", ")}`);
  const chosen = names.length > 0 ? names : Object.keys(suites).filter((name) => name !== onlyByName);
  const say = (line: string) => line && process.stderr.write(`${line}\n`);
  const measured: Measurement[] = [];
  for (const name of chosen)
    measured.push(...(await suites[name]({ engines: undefined, ...options, say })).map(rounded));
  if (options.json) process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  else console.table(measured.map(({ suite, ...row }) => row));
  if (options.save) save(measured);
});

/** The current commit; empty if the project is not in git. */
function currentCommit(): string {
  try {
    const args = ["rev-parse", "--short", "HEAD"];
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

function rounded(measurement: Measurement): Measurement {
  const entries = Object.entries(measurement).map(([key, value]) => [
    key,
    typeof value === "number" ? Number(value.toPrecision(key.endsWith("Mb") ? 4 : 3)) : value,
  ]);
  return Object.fromEntries(entries) as Measurement;
}

const columns = [
  "suite",
  "case",
  "engine",
  "threads",
  "medianMs",
  "peakMemoryMb",
  "peer",
  "peerMs",
  "peerMemoryMb",
  "ratio",
  "sizeMb",
] as const;

/** Saves the measurements: one file for each kind of machine, one row for each measurement. */
function save(measured: readonly Measurement[]): void {
  const processor = os.cpus()[0].model.trim();
  const name = `${processor}, ${os.cpus().length} cores`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const folder = fileURLToPath(new URL("results", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.csv`);
  if (!existsSync(file)) appendFileSync(file, `date,commit,${columns.join(",")}\n`);
  const date = new Date().toISOString().slice(0, 10);
  for (const row of measured) {
    appendFileSync(
      file,
      `${[date, currentCommit(), ...columns.map((column) => row[column] ?? "")].join(",")}\n`,
    );
  }
}

await program.parseAsync();
