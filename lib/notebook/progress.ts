/** A progress bar that stays in its place in a notebook, and is silent everywhere else. */
import { randomUUID } from "node:crypto";
import { display, escapeHtml, type MimeBundle } from "./display.js";

export interface Progress {
  /**
   * @param step steps done so far, from 0 to the total
   * @param note what happens now, for instance the present loss
   */
  update(step: number, note?: string): void;
  /** Shows the end, with a note in place of the last one. */
  done(note?: string): void;
}

/** The time left is shown from this many seconds on. */
const leastSeconds = 2;

/**
 * Shows a progress bar, with the time left if that is more than a few seconds. It is drawn again only when its whole
 * percentage or its note changes, so `update` may be called at every step.
 *
 * @param label what the bar is about
 * @param total number of steps, above 0
 * @param now a clock, in milliseconds
 */
export function showProgress(label: string, total: number, now = () => performance.now()): Progress {
  if (!(total > 0)) throw new Error(`showProgress: \`total\` should be above 0 but is ${total}.`);
  const id = `progress-${randomUUID()}`;
  const start = now();
  let drawn = "";
  const draw = (step: number, note: string) => {
    const done = Math.min(Math.max(step, 0), total);
    const percent = Math.round((100 * done) / total);
    const state = `${percent} ${note}`;
    if (state === drawn) return;
    const left = done > 0 ? (((now() - start) / done) * (total - done)) / 1000 : 0;
    const notes = [note, left >= leastSeconds ? timeLeft(left) : ""].filter((text) => text !== "");
    display(bar(label, percent, notes.join(", ")), id, drawn !== "");
    drawn = state;
  };
  draw(0, "");
  return {
    update: (step, note = "") => draw(step, note),
    done: (note = "done") => draw(total, note),
  };
}

function timeLeft(seconds: number): string {
  return seconds < 90 ? `about ${Math.round(seconds)} s left` : `about ${Math.round(seconds / 60)} min left`;
}

function bar(label: string, percent: number, note: string): MimeBundle {
  const text = `${label}: ${percent} %${note ? `, ${note}` : ""}`;
  const html = `<progress max="100" value="${percent}" aria-label="${escapeHtml(label)}"></progress>`;
  return { data: { "text/html": `${html} ${escapeHtml(text)}`, "text/plain": text }, metadata: {} };
}
