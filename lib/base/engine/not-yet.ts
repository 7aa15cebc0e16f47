import type { EngineName } from "./engine-names.js";

/**
 * Says in one sentence that something does not run on the current engine.
 * @param what operation or function that does not run
 * @param engines the engines on which it does run
 */
export function notYet(what: string, engine: string, engines: readonly EngineName[]): Error {
  const choices = engines.map((one) => `"${one}"`).join(", ");
  return new Error(`${what}: this does not run on the engine "${engine}" yet; prepare one of ${choices}.`);
}
