/** Says at once, in one sentence, that what needs the operations of `defineOp` does not run on the current engine. */
import * as tf from "@tensorflow/tfjs";
import { renderingEngines } from "./engine-names.js";

/**
 * For what is built on such operations, to say it before any work.
 *
 * @param caller name of the function that needs them
 * @throws if the current engine does not run them
 */
export function requireRenderingEngine(caller: string): void {
  const engine = tf.getBackend();
  const runs: readonly string[] = renderingEngines;
  if (engine && !runs.includes(engine)) throw notYet(caller, engine);
}

/** @param what operation or function that does not run */
export function notYet(what: string, engine: string): Error {
  const choices = renderingEngines.map((one) => `"${one}"`).join(", ");
  return new Error(`${what}: this does not run on the engine "${engine}" yet; prepare one of ${choices}.`);
}
