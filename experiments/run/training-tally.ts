/** Shows how a training goes: a line for each validation and, on a terminal, one line that follows the steps. */
import type { CurveLine } from "rerenderable";
import type { ProgressLine } from "./progress.js";

export interface TrainingTally {
  line(line: CurveLine, steps: number, progress: ProgressLine): void;
  /** Seconds since the start. */
  seconds(): number;
}

export function startTally(): TrainingTally {
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  let first: number | undefined;
  return {
    seconds,
    line({ step, kind, terms }, steps, progress) {
      first ??= step;
      const text = Object.entries(terms).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`);
      const each = seconds() / Math.max(1, step - first);
      const line = `${step}/${steps} ${kind}: ${text.join(", ")}; ${each.toFixed(2)} s a step`;
      if (kind === "validation") progress.say(line);
      else progress.now(line);
    },
  };
}
