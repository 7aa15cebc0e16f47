/** The options of `npm run experiment`. */
import { createRequire } from "node:module";
import path from "node:path";
import { Command } from "commander";
import { InputError } from "rerenderable";
import { type Shard, wholeRun } from "../../datasets/prepare/photo-index.js";
import { pathOption } from "./path-option.js";

const { callerFolder } = createRequire(import.meta.url)("./caller-folder.cjs");

export interface ExperimentOptions {
  /** Name of the experiment, missing only if the user asked for `list`. */
  readonly name?: string;
  readonly list: boolean;
  /** A file of settings, applied before those of `set`. */
  readonly settings?: string;
  readonly set: readonly string[];
  readonly run?: string;
  readonly results: string;
  readonly resume: boolean;
  readonly shard: Shard;
}

/**
 * @param args the command line without Node.js and the program
 * @throws InputError or CommanderError, with a message of one line
 */
export function parseExperimentArguments(args: readonly string[]): ExperimentOptions {
  const command = new Command("experiment")
    .description("Runs a config: preparation, training, tables and figures.")
    .argument("[config]", "its name; --list shows them")
    .option("--list", "show the configs, with the time they take and what comes out", false)
    .option(
      "--settings <file>",
      "change the settings that are in a JSON file, as the explorer saves them",
      fromCaller("--settings"),
    )
    .option(
      "--set <key=value>",
      "change one setting; may be repeated",
      (text, all: string[]) => [...all, text],
      [],
    )
    .option("--run <name>", "what the run is called; by default its config and settings say", runName)
    .option("--results <dir>", "where <config>/<run>/ is written", fromCaller("--results"), "results")
    .option("--resume", "go on with a run that was begun before", false)
    .option(
      "--shard <i/n>",
      "do the i-th of n parts, i from 0; the last to end puts them together",
      shard,
      wholeRun,
    )
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse(args, { from: "user" });
  return { name: command.args[0], ...command.opts() };
}

/** A path as it is meant where npm was called from; those in settings are of the project. */
function fromCaller(flag: string): (text: string) => string {
  const parse = pathOption(flag);
  return (text) => {
    const folder = callerFolder("experiment");
    return folder === process.cwd() ? parse(text) : path.resolve(folder, parse(text));
  };
}

function shard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (count !== undefined && Number(count) > 0 && Number(index) < Number(count)) {
    return { index: Number(index), count: Number(count) };
  }
  throw new InputError("--shard", "i/n with i from 0 to n - 1, as 0/8", `"${text}"`);
}

/** Checks the name of a run: it names a folder, so it must not contain a path to another place. */
function runName(text: string): string {
  if (/^[\w][\w.-]*$/.test(text)) return text;
  throw new InputError("--run", "a name of letters, digits, dots, - and _", `"${text}"`);
}
