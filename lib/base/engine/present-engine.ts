/** Whether this machine has an engine. */
import * as tf from "@tensorflow/tfjs";
import type { EngineName } from "./engine-names.js";
import { EngineAbsentError } from "./import-optional.js";
import { prepareEngine } from "./prepare-engine.js";

/**
 * The answer for each engine; it is asked once a process, as Dawn prints a warning each time that it finds no driver.
 */
const absences = new Map<EngineName, Promise<string | undefined>>();

/**
 * Looks whether this machine has an engine, and leaves the current engine as it was.
 *
 * @returns why the machine does not have the engine, or nothing where it has it; an engine that is there but broken
 *   counts as present, so that its tests fail
 */
export function whyAbsent(engine: EngineName): Promise<string | undefined> {
  const absence = absences.get(engine) ?? tryEngine(engine);
  absences.set(engine, absence);
  return absence;
}

async function tryEngine(engine: EngineName): Promise<string | undefined> {
  const before = (tf.getBackend() || "cpu") as EngineName;
  try {
    await prepareEngine(engine);
  } catch (error) {
    const { cause } = error as Error;
    if (cause instanceof EngineAbsentError) return cause.message;
  }
  await prepareEngine(before);
  return undefined;
}
