/** What `npm run bake` and `npm run measure` share: the first argument names a program, the others are the program's own. */
import { Command } from "commander";
import { closest } from "fastest-levenshtein";
import { InputError } from "rerenderable/base";
import { runCommand } from "../experiments/run/command.js";

export interface NamedProgram {
  readonly name: string;
  /** One line for `--help`: what the program makes, and which of the user's files it takes. */
  readonly about: string;
  /** Importing the program runs it. */
  readonly run: () => Promise<unknown>;
}

/** @param command `bake` or `measure` */
export function runByName(
  command: string,
  description: string,
  programs: readonly NamedProgram[],
): Promise<never> {
  return runCommand(command, async () => {
    const names = programs.map(({ name }) => name);
    const width = Math.max(...names.map((name) => name.length));
    const lines = programs.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
    const [asked] = new Command(command)
      .description(description)
      .argument("<name>", "of the program")
      .argument("[arguments...]", "of the program itself")
      .addHelpText("after", `\nNames:\n${lines.join("\n")}`)
      .passThroughOptions()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse().args;
    const program = programs.find(({ name }) => name === asked);
    if (!program) {
      const expected = `a name; the nearest is ${closest(asked, names)} (--help shows all)`;
      throw new InputError(command, expected, `"${asked}"`);
    }
    // The program finds its own arguments where they are when it runs alone.
    process.argv.splice(2, 1);
    await program.run();
    return 0;
  });
}
