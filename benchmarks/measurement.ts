/** The results of a benchmark, and its options. */

export interface Measurement {
  readonly suite: string;
  readonly case: string;
  readonly engine: string;
  readonly threads: number;
  readonly medianMs: number;
  /** The largest resident memory, if the contestant is a process. */
  readonly peakMemoryMb?: number;
  /** The contestant that it was raced against, in turns within the same run. */
  readonly peer?: string;
  readonly peerMs?: number;
  readonly peerMemoryMb?: number;
  /** medianMs / peerMs: below 1 we are faster. */
  readonly ratio?: number;
  /** The size of the files that it left on the disk. */
  readonly sizeMb?: number;
}

export interface SuiteOptions {
  /** How often each case is timed. */
  readonly rounds: number;
  readonly threads: readonly number[];
  /** The engines that were asked for; otherwise each suite chooses. */
  readonly engines: readonly string[] | undefined;
  /** The rows that take long and run only by their names. */
  readonly also: readonly string[];
  say(line: string): void;
}

export type Suite = (options: SuiteOptions) => Promise<Measurement[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
