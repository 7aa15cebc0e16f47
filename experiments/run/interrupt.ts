/** Handles Ctrl-C in a training: the first asks the training to save and stop, the second ends the program. */
export const interruptedExitCode = 130;

export function onInterrupt(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  process.removeAllListeners("SIGINT"); // the command's own listener would end the program at once
  process.once("SIGINT", () => {
    say("finishing this step, then saving; Ctrl-C again to stop at once");
    controller.abort();
  });
  return controller.signal;
}
