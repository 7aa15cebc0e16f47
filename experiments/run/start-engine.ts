/** The engine that a command was asked for. */
import { type EngineReport, prepareEngine } from "rerenderable";
import { EngineError } from "rerenderable/base";
import { CommandError } from "./command.js";

/**
 * @param from what the user named it with, for messages
 * @throws CommandError where it cannot be had
 */
export async function startEngine(engine: string, from: string): Promise<EngineReport> {
  try {
    return await prepareEngine(engine as Parameters<typeof prepareEngine>[0]);
  } catch (error) {
    throw error instanceof EngineError ? new CommandError(`${from}: ${error.problem}`) : error;
  }
}
