/** The figures that must not grow while a program runs. */
import { readdirSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";

/** The numbers of things that are given back when they are no longer needed. */
export interface Counts {
  readonly tensors: number;
  /** Listeners on the process and its streams. */
  readonly listeners: number;
  /** Open files, pipes and sockets; null where the system does not list them. */
  readonly handles: number | null;
}

export interface Figures extends Counts {
  readonly step: number;
  /** The resident memory of the whole process. */
  readonly rssMb: number;
  /** The part of JavaScript's heap that is in use, after a collection. */
  readonly heapMb: number;
  /** The memory of array buffers, and of native libraries as far as they report it. */
  readonly externalMb: number;
}

/** Names of the figures, in the order of a table. */
export const figureNames = ["rssMb", "heapMb", "externalMb", "tensors", "listeners", "handles"] as const;

/** @param step the last step that was made @param counts the least since the last figures */
export function takeFigures(step: number, counts: Counts): Figures {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const [rssMb, heapMb, externalMb] = [rss, heapUsed, external].map((bytes) => bytes / 2 ** 20);
  return { step, rssMb: rssMb, heapMb: heapMb, externalMb: externalMb, ...counts };
}

/** Counts at this moment, when a step may be half done. */
export function takeCounts(): Counts {
  const emitters = [process, process.stdout, process.stderr];
  const counts = emitters.flatMap((one) => one.eventNames().map((event) => one.listenerCount(event)));
  return {
    tensors: tf.memory().numTensors,
    listeners: counts.reduce((sum, count) => sum + count, 0),
    handles: openHandles(),
  };
}

/** The smaller of both counts: what also exists between steps. */
export function leastCounts(a: Counts, b: Counts): Counts {
  return {
    tensors: Math.min(a.tensors, b.tensors),
    listeners: Math.min(a.listeners, b.listeners),
    handles: a.handles === null || b.handles === null ? null : Math.min(a.handles, b.handles),
  };
}

function openHandles(): number | null {
  try {
    return readdirSync("/proc/self/fd").length - 1; // the listing has an open handle itself
  } catch {
    return null;
  }
}
