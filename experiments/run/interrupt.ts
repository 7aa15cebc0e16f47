/** Ctrl-C in a training: the first asks it to save and stop, a second ends the program. */
export const interruptedExitCode = 130;

export function onInterrupt(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  process.removeAllListeners("SIGINT"); // the command's own, which would end it at once
  process.once("SIGINT", () => {
    say("finishing this step, then saving; Ctrl-C again to stop at once");
    controller.abort();
  });
  return controller.signal;
}
