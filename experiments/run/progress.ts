/** Measures how long the stages of a reconstruction take, and shows its progress in a line on the terminal. */
import type { Stage } from "rerenderable";
import { printable } from "rerenderable/base";

/** A stage of the library, or one of the command before or after it. */
export type TimedStage = "engine" | "model" | "reading" | Stage | "files";

export interface StageClock {
  /** Starts a stage and ends the one before. */
  enter(stage: TimedStage): void;
  /**
   * Ends the last stage.
   * @returns seconds by stage, with their `total`, rounded to the millisecond
   */
  stop(): Readonly<Record<string, number>>;
}

/** @param earlier seconds of stages that were measured elsewhere */
export function startClock(earlier: Readonly<Partial<Record<TimedStage, number>>> = {}): StageClock {
  const seconds: Record<string, number> = { ...earlier };
  let running: TimedStage | undefined;
  let since = performance.now();
  const end = () => {
    const now = performance.now();
    if (running) seconds[running] = (seconds[running] ?? 0) + (now - since) / 1000;
    since = now;
  };
  return {
    enter(stage) {
      // The library gives the name of the stage again with each step.
      if (stage === running) return;
      end();
      running = stage;
    },
    stop() {
      end();
      running = undefined;
      const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
      return Object.fromEntries(
        Object.entries({ ...seconds, total }).map(([stage, value]) => [
          stage,
          Math.round(1000 * value) / 1000,
        ]),
      );
    },
  };
}

/** Gives a text such as "coefficients 40 %", or the name alone if the share is 0. */
export function describeStage(stage: TimedStage, share: number): string {
  return share > 0 ? `${stage} ${Math.round(100 * share)} %` : stage;
}

/** Lines that stay and, on a terminal only, one line below them that is rewritten. */
export interface ProgressLine {
  say(line: string): void;
  now(text: string): void;
}

export function progressLine(stream: NodeJS.WriteStream = process.stdout): ProgressLine {
  const clear = stream.isTTY ? "\r\u001b[K" : "";
  return {
    // Names of files are in these lines, and what a terminal obeys may be in a name.
    say: (text) => stream.write(`${clear}${text.split("\n").map(printable).join("\n")}\n`),
    now(text) {
      if (stream.isTTY) stream.write(clear + printable(text).slice(0, (stream.columns || 80) - 1));
    },
  };
}
