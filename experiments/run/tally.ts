/** Counts finished photos, and estimates how long the rest will take. */
import type { ProgressLine } from "./progress.js";

export interface Tally {
  /** Shows a line: on a terminal at most a few times a second, otherwise after every tenth part. */
  count(accepted: boolean, progress: ProgressLine): void;
  /** Seconds since the start, rounded to the millisecond. */
  seconds(): number;
}

const shownEveryMs = 250;

/** @param live whether each line replaces the one before, as on a terminal */
export function startTally(all: number, live = process.stdout.isTTY === true): Tally {
  const start = performance.now();
  let done = 0;
  let rejected = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  const seconds = () => Math.round(performance.now() - start) / 1000;
  return {
    seconds,
    count(accepted, progress) {
      done++;
      if (!accepted) rejected++;
      const due = live
        ? performance.now() - shownAt >= shownEveryMs
        : Math.floor((10 * done) / all) > Math.floor((10 * (done - 1)) / all);
      if (!due) return;
      shownAt = performance.now();
      const left = duration((seconds() / done) * (all - done));
      const line = `${done}/${all}, ${rejected} left out, ${(seconds() / done).toFixed(2)} s a photo, ${left} to go`;
      if (live) progress.now(line);
      else progress.say(line);
    },
  };
}

function duration(seconds: number): string {
  if (seconds <= 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
