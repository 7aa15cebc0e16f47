/**
 * What a command does at a signal: Ctrl-C (SIGINT), `kill` (SIGTERM), or a terminal that is closed (SIGHUP). Writes
 * under way come to their end first, so a result is always the earlier one or the new one, whole.
 */
import { constants } from "node:os";
import { afterWrites } from "rerenderable/base";

export const interruptedExitCode = 130;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Signal = (typeof signals)[number];

/**
 * npm passes on the Ctrl-C that the terminal has sent to all its processes, so the program may get it twice: a second
 * signal this soon is taken for the same.
 */
const sameSignalMs = 1000;

let onFirstSignal = endAfterWrites;

/** Ends the process at the first signal, after the writes under way; a later one ends it at once. */
export function endOnSignals(): void {
  onFirstSignal = endAfterWrites;
  let first = true;
  const answer = (signal: Signal) => {
    if (!first) return;
    first = false;
    onFirstSignal(signal);
    // The system's own answer then ends the process even where JavaScript has no turn.
    setTimeout(() => {
      for (const one of signals) process.off(one, answer);
    }, sameSignalMs).unref();
  };
  for (const signal of signals) process.on(signal, answer);
}

function endAfterWrites(signal: Signal): void {
  void afterWrites(() => process.exit(128 + constants.signals[signal]));
}

/** For a training: the first signal asks it to save and to stop, instead of ending the process. */
export function onInterrupt(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  onFirstSignal = (signal) => {
    if (signal === "SIGHUP") return endAfterWrites(signal); // there is no terminal left to report to
    say("finishing this step, then saving; Ctrl-C again to stop at once");
    controller.abort();
  };
  return controller.signal;
}
