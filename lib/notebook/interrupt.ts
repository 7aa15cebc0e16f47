/**
 * Lets a notebook's interrupt button really stop a loop. Jupyter sends SIGINT, and the kernel asks here first. If a
 * loop listens, the loop ends at its next step, and its cell ends with it. Without a listener the kernel gives up the
 * cell, but what the cell had started goes on.
 */
import { inNotebook } from "./display.js";

/** The place where the kernel finds the listener: a function that returns whether it took the interrupt. */
const listener = Symbol.for("rerenderable.interrupt");

const globals = globalThis as { [listener]?: () => boolean };

/**
 * Runs `loop` with a signal that the interrupt aborts. A second interrupt goes to the kernel. Outside a notebook it
 * listens to Ctrl-C in the same way.
 *
 * @param loop passes the signal on: to `train`, `fitPhoto` or `refineOnPhoto`
 * @returns what `loop` returns
 */
export async function interruptible<T>(loop: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const take = () => {
    if (controller.signal.aborted) return false;
    controller.abort();
    return true;
  };
  const before = globals[listener];
  const onSignal = () => void take();
  globals[listener] = take;
  // Not in a notebook: there tslab takes all handlers away while a cell's first part runs, and one that is added meanwhile
  // leaves the process without any.
  if (!inNotebook()) process.once("SIGINT", onSignal);
  try {
    return await loop(controller.signal);
  } finally {
    globals[listener] = before;
    process.removeListener("SIGINT", onSignal);
  }
}
