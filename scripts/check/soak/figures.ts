/** What must not grow while a program runs. */
import { readdirSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";

/** How many there are of what is given back when it is no longer needed. */
export interface Counts {
  readonly tensors: number;
  /** On the process and its streams. */
  readonly listeners: number;
  /** Open files, pipes and sockets; null where the system does not list them. */
  readonly handles: number | null;
}

export interface Figures extends Counts {
  readonly step: number;
  /** Resident, of the whole process. */
  readonly rssMb: number;
  /** JavaScript's heap in use, after a collection. */
  readonly heapMb: number;
  /** Array buffers and what native libraries say that they hold. */
  readonly externalMb: number;
}

/** Names of the figures, in the order of a table. */
export const figureNames = ["rssMb", "heapMb", "externalMb", "tensors", "listeners", "handles"] as const;

/** @param step that was made last @param counts the least since the last figures */
export function takeFigures(step: number, counts: Counts): Figures {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const [rssMb, heapMb, externalMb] = [rss, heapUsed, external].map((bytes) => bytes / 2 ** 20);
  return { step, rssMb: rssMb, heapMb: heapMb, externalMb: externalMb, ...counts };
}

/** What there is at this moment, where a step may be half done. */
export function takeCounts(): Counts {
  const emitters = [process, process.stdout, process.stderr];
  const counts = emitters.flatMap((one) => one.eventNames().map((event) => one.listenerCount(event)));
  return {
    tensors: tf.memory().numTensors,
    listeners: counts.reduce((sum, count) => sum + count, 0),
    handles: openHandles(),
  };
}

/** Each the least of both: what is there even between steps. */
export function leastCounts(a: Counts, b: Counts): Counts {
  return {
    tensors: Math.min(a.tensors, b.tensors),
    listeners: Math.min(a.listeners, b.listeners),
    handles: a.handles === null || b.handles === null ? null : Math.min(a.handles, b.handles),
  };
}

function openHandles(): number | null {
  try {
    return readdirSync("/proc/self/fd").length - 1; // the listing has one itself
  } catch {
    return null;
  }
}
