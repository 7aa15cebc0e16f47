/** What a benchmark gives, and what it is asked. */

export interface Measurement {
  readonly suite: string;
  readonly case: string;
  readonly engine: string;
  readonly threads: number;
  readonly medianMs: number;
  /** Largest resident memory of the process, where it is one. */
  readonly peakMemoryMb?: number;
  /** What it was raced against, in turns within the same run. */
  readonly peer?: string;
  readonly peerMs?: number;
  readonly peerMemoryMb?: number;
  /** medianMs / peerMs: below 1 we are faster. */
  readonly ratio?: number;
  /** Of what it left on the disk. */
  readonly sizeMb?: number;
}

export interface SuiteOptions {
  /** How often each case is timed. */
  readonly rounds: number;
  readonly threads: readonly number[];
  /** Those asked for; each suite has its own choice where none are. */
  readonly engines: readonly string[] | undefined;
  /** Rows that take long and are asked for by name. */
  readonly also: readonly string[];
  say(line: string): void;
}

export type Suite = (options: SuiteOptions) => Promise<Measurement[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
