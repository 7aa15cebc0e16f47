/** What must not grow while a program runs. */
import { readdirSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";

export interface Figures {
  readonly step: number;
  /** Resident, of the whole process. */
  readonly rssMb: number;
  /** JavaScript's heap in use, after a collection. */
  readonly heapMb: number;
  /** Array buffers and what native libraries say that they hold. */
  readonly externalMb: number;
  readonly tensors: number;
  /** On the process and its streams. */
  readonly listeners: number;
  /** Open files, pipes and sockets; null where the system does not list them. */
  readonly handles: number | null;
}

/** Names of the figures, in the order of a table. */
export const figureNames = ["rssMb", "heapMb", "externalMb", "tensors", "listeners", "handles"] as const;

/** @param step that was made last */
export function takeFigures(step: number): Figures {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const emitters = [process, process.stdout, process.stderr];
  const counts = emitters.flatMap((one) => one.eventNames().map((event) => one.listenerCount(event)));
  return {
    step,
    rssMb: rss / 2 ** 20,
    heapMb: heapUsed / 2 ** 20,
    externalMb: external / 2 ** 20,
    tensors: tf.memory().numTensors,
    listeners: counts.reduce((sum, count) => sum + count, 0),
    handles: openHandles(),
  };
}

function openHandles(): number | null {
  try {
    return readdirSync("/proc/self/fd").length - 1; // the listing has one itself
  } catch {
    return null;
  }
}
