/**
 * Runs a command in the way that all commands share. Bad input, a full disk and too little memory end in one line on
 * stderr and exit code 1. Ctrl-C ends in exit code 130 and leaves no half-written files. A bug ends in its message and
 * a few lines of its stack.
 */
import { CommanderError } from "commander";
import { afterWrites, FileError, printable } from "rerenderable/base";
import { endOnSignals } from "./interrupt.js";
import { machineFailure } from "./machine-failure.js";

/** An error that the user can put right; its message is one whole line. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/**
 * Number of stack frames shown for a bug, and their greatest length: the engines' minified lines are a megabyte long.
 */
const shownFrames = 6;
const shownWidth = 300;

/**
 * Runs a command to its end and exits.
 * @param name name of the command; it stands before messages that name no file
 * @param main returns the exit code; undefined counts as 0
 */
export async function runCommand(name: string, main: () => Promise<number | undefined>): Promise<never> {
  endOnSignals();
  // This listener must come before that of the engine, which throws again and so prints all of its source.
  process.on("uncaughtException", (error) => process.exit(reportError(error, name)));
  // The reader of a pipe may leave early, as `head` does.
  process.stdout.on("error", () => void afterWrites(() => process.exit(0)));
  let code: number;
  try {
    code = (await main()) ?? 0;
  } catch (error) {
    code = reportError(error, name);
  }
  await flushed(process.stdout);
  return afterWrites(() => process.exit(code));
}

/**
 * Writes on stderr what went wrong: one line for an error that the user can put right, a short stack for a bug.
 * @returns the exit code: 1, or 0 if the "error" only says that the user asked for help
 */
export function reportError(error: unknown, name: string): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const text = printable(error.message.replace(/^error: /, "").replace(/\s+/g, " "));
    process.stderr.write(`${name}: ${text.replace(/\.$/, "")} (--help lists the options).\n`);
  } else if (error instanceof FileError || error instanceof CommandError) {
    process.stderr.write(`${printable(error.message)}\n`);
  } else {
    const lines = (machineFailure(error) ?? describeBug(error)).split("\n");
    process.stderr.write(`${name}: ${lines.map(printable).join("\n")}\n`);
  }
  return 1;
}

function describeBug(error: unknown): string {
  if (!(error instanceof Error)) return `unexpected: ${String(error).slice(0, shownWidth)}`;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const lines = [`unexpected: ${error.message}`, ...frames.slice(0, shownFrames)];
  return lines.map((line) => line.slice(0, shownWidth)).join("\n");
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
