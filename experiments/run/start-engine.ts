/** Starts the engine that the user asked for. */
import { type EngineReport, prepareEngine } from "rerenderable";
import { EngineError } from "rerenderable/base";
import { CommandError } from "./command.js";

/**
 * @param from the option or variable with which the user named it, for messages
 * @throws CommandError if this engine is not available
 */
export async function startEngine(engine: string, from: string): Promise<EngineReport> {
  try {
    return await prepareEngine(engine as Parameters<typeof prepareEngine>[0]);
  } catch (error) {
    throw error instanceof EngineError ? new CommandError(`${from}: ${error.problem}`) : error;
  }
}
