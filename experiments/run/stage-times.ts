/** Measures where the time of a training goes, in milliseconds by stage. */
export interface StageTimes<S extends string> {
  /** Starts a stage and ends the one before. */
  enter(stage: S): void;
  /** Ends the last stage. */
  stop(): void;
  /** Milliseconds by stage since the start. */
  readonly milliseconds: Readonly<Partial<Record<S, number>>>;
}

export function stageTimes<S extends string>(): StageTimes<S> {
  const milliseconds: Partial<Record<S, number>> = {};
  let running: S | undefined;
  let since = 0;
  const end = () => {
    const now = performance.now();
    if (running !== undefined) milliseconds[running] = (milliseconds[running] ?? 0) + now - since;
    since = now;
  };
  return {
    milliseconds,
    enter(stage) {
      end();
      running = stage;
    },
    stop() {
      end();
      running = undefined;
    },
  };
}
