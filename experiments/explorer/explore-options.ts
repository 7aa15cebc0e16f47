/** The options of `npm run explore`, checked as they come in. */
import { Command, Option } from "commander";
import { InputError } from "rerenderable";
import { renderingEngines } from "rerenderable/base";
import { explorerPort } from "rerenderable/notebook";
import { engineVariable } from "../reconstruct/reconstruct-options.js";

export interface ExploreOptions {
  readonly port: number;
  readonly engine: string;
}

const engines: readonly string[] = ["auto", ...renderingEngines];

/**
 * @param args without Node's own two arguments
 * @throws InputError or CommanderError, one line
 */
export function parseExploreArguments(args: readonly string[]): ExploreOptions {
  const command = new Command("explore")
    .description("A page to explore a face: its shape, albedo and light, and the training of its details.")
    .option("--port <n>", "of 127.0.0.1; 0 for any that is free", port, explorerPort)
    .addOption(new Option("--engine <name>", engines.join(", ")).default("auto").env(engineVariable))
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse(args, { from: "user" });
  const options = command.opts<ExploreOptions>();
  if (engines.includes(options.engine)) return options;
  const from = command.getOptionValueSource("engine") === "env" ? engineVariable : "--engine";
  throw new InputError(from, `one of ${engines.join(", ")}`, `"${options.engine}"`);
}

function port(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InputError("--port", "a whole number from 0 to 65535", `"${text}"`);
}
