/**
 * Runs one computation at a time, in the order in which they were asked for. For some kinds only the newest counts,
 * such as pictures while a slider moves: there a newer request replaces an older one that still waits.
 */

export interface Turns {
  /** @throws CrowdedError if too many wait already */
  take<T>(work: () => Promise<T>): Promise<T>;
  /**
   * @param kind of work; only the newest of a kind counts
   * @returns undefined if a newer one came before its turn
   */
  latest<T>(kind: string, work: () => Promise<T>): Promise<T | undefined>;
  /** Long work awaits this where others may run in between: those that wait now. */
  letOthers(): Promise<void>;
  /** Number of those that wait. */
  readonly length: number;
}

export class CrowdedError extends Error {
  override readonly name = "CrowdedError";
}

interface Waiting {
  readonly kind?: string;
  run(): Promise<void>;
  pass(): void;
}

export function createTurns(most = 64): Turns {
  let waiting: Waiting[] = [];
  let busy = false;

  async function goOn(): Promise<void> {
    if (busy) return;
    busy = true;
    while (waiting.length > 0) await waiting.shift()!.run();
    busy = false;
  }

  function wait<T>(work: () => Promise<T>, kind?: string): Promise<T | undefined> {
    if (waiting.length >= most) {
      return Promise.reject(new CrowdedError(`${most} computations wait already: try again in a moment.`));
    }
    return new Promise((resolve, reject) => {
      waiting.push({
        kind,
        run: () => work().then(resolve, reject),
        pass: () => resolve(undefined),
      });
      void goOn();
    });
  }

  return {
    take: <T>(work: () => Promise<T>) => wait(work) as Promise<T>,
    latest(kind, work) {
      const older = waiting.filter((one) => one.kind === kind);
      waiting = waiting.filter((one) => one.kind !== kind);
      for (const one of older) one.pass();
      return wait(work, kind);
    },
    async letOthers() {
      await new Promise((resolve) => setImmediate(resolve)); // lets requests in
      for (let n = waiting.length; n > 0 && waiting.length > 0; n--) await waiting.shift()!.run();
    },
    get length() {
      return waiting.length;
    },
  };
}
