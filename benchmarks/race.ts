/** Times contestants in turns, so that other work of the machine affects all of them. */
import type { Contestant } from "./contestant.js";
import { type Measurement, median } from "./measurement.js";

export interface Entry {
  readonly engine: string;
  readonly contestant: Contestant;
  /** The tasks that it answers, if not all. */
  readonly tasks?: readonly string[];
}

export interface RaceOptions {
  readonly suite: string;
  /** The name of the race, without the task. */
  readonly subject: string;
  /** Names of the tasks that the contestants answer. */
  readonly tasks: readonly string[];
  readonly rounds: number;
  /** How many rounds come before those and do not count; 1 by default. */
  readonly warmUps?: number;
  readonly threads: number;
  /** The engine that the others are compared with; it gets no measurement of its own where it is a program of others. */
  readonly peer: string | undefined;
  readonly peerIsOurs?: boolean;
}

interface Result {
  readonly engine: string;
  readonly times: Readonly<Record<string, number[]>>;
  readonly peakMemoryMb: number;
}

/** Runs a race, and ends the contestants afterwards. */
export async function race(entries: readonly Entry[], options: RaceOptions): Promise<Measurement[]> {
  const { tasks, rounds, warmUps = 1 } = options;
  const results = entries.map(({ engine }) => ({
    engine,
    times: Object.fromEntries(tasks.map((task) => [task, [] as number[]])),
    peakMemoryMb: 0,
  }));
  try {
    for (let round = -warmUps; round < rounds; round++) {
      for (const task of tasks) {
        for (const [i, { contestant, tasks: answered = tasks }] of entries.entries()) {
          if (!answered.includes(task)) continue;
          const { ms, peakMemoryMb } = await contestant.ask(task);
          if (round >= 0) results[i].times[task].push(ms);
          results[i].peakMemoryMb = peakMemoryMb;
        }
      }
    }
  } finally {
    for (const { contestant } of entries) contestant.end();
  }
  return compare(results, options);
}

function compare(results: readonly Result[], options: RaceOptions): Measurement[] {
  const { suite, subject, tasks, threads, peer: peerName, peerIsOurs = false } = options;
  const peer = results.find(({ engine }) => engine === peerName);
  const ours = results.filter((result) => result !== peer || peerIsOurs);
  return ours.flatMap((result) =>
    tasks.map((task) => {
      const { engine, times, peakMemoryMb } = result;
      const medianMs = median(times[task]);
      const measured = { suite, case: `${task} ${subject}`, engine, threads, medianMs, peakMemoryMb };
      if (!peer || result === peer || peer.times[task].length === 0) return measured;
      const peerMs = median(peer.times[task]);
      const against = { peer: peer.engine, peerMs, peerMemoryMb: peer.peakMemoryMb };
      return { ...measured, ...against, ratio: medianMs / peerMs };
    }),
  );
}
