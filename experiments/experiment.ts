/**
 * The only door to preparation, training, tables and figures:
 *
 *     npm run experiment -- <config> [--settings file] [--set a.b=c ...] [--run name] [--resume] [--shard i/n]
 *     npm run experiment -- --list
 *
 * Each run writes results/<config>/<run>/ with config.json, environment.json, summary.json and what it makes.
 */
import { closest } from "fastest-levenshtein";
import { InputError } from "rerenderable";
import { type Experiment, experiments } from "./experiments.js";
import { runCommand } from "./run/command.js";
import type { Settings } from "./run/experiment-config.js";
import { type ExperimentOptions, parseExperimentArguments } from "./run/experiment-options.js";
import { openRun } from "./run/experiment-run.js";
import { fileAssignments, setSettings } from "./run/set-settings.js";
import { checkWritable } from "./run/write-folder.js";

await runCommand("experiment", async () => {
  const options = parseExperimentArguments(process.argv.slice(2));
  if (options.list) return list();
  // Each experiment has settings of its own, which are only passed on here.
  return start(findExperiment(options.name) as unknown as Experiment<Settings>, options);
});

async function start<S extends Settings>(
  experiment: Experiment<S>,
  options: ExperimentOptions,
): Promise<number> {
  const { config, schema, free } = experiment;
  const fromFile = options.settings === undefined ? [] : await fileAssignments(options.settings);
  const settings = setSettings(config.settings, [...fromFile, ...options.set], schema);
  await checkWritable(options.results);
  const runner = await experiment.load();
  const run = await openRun({
    ...options,
    experiment: config.name,
    name: options.run ?? experiment.runName(settings),
    settings,
    free,
  });
  return runner(settings, run);
}

function findExperiment(name: string | undefined) {
  const names = experiments.map(({ config }) => config.name);
  const found = experiments.find(({ config }) => config.name === name);
  if (found) return found;
  if (name === undefined) throw new InputError("experiment", `a config (${names.join(", ")})`, "none");
  throw new InputError(
    "experiment",
    `a config; the nearest is ${closest(name, names)} (--list shows all)`,
    `"${name}"`,
  );
}

function list(): number {
  for (const { config } of experiments) {
    const { name, about, expected } = config;
    process.stdout.write(`${name}: ${about}\n  time: ${expected.time}\n  result: ${expected.result}\n`);
  }
  return 0;
}
