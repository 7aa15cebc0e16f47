/**
 * A page to explore a face with, on this machine alone:
 *
 *     npm run explore [-- --port n] [--engine name]
 *
 * It runs until Ctrl-C.
 */
import { prepareEngine } from "rerenderable";
import { parseExploreArguments } from "./explorer/explore-options.js";
import { startExplorer } from "./explorer/server.js";
import { CommandError, runCommand } from "./run/command.js";

await runCommand("explore", async () => {
  const { port, engine } = parseExploreArguments(process.argv.slice(2));
  const { reason } = await prepareEngine(engine as Parameters<typeof prepareEngine>[0]).catch((error) => {
    throw new CommandError(`--engine: ${(error as Error).message.replace(/^prepareEngine: /, "")}`);
  });
  process.stdout.write(`${reason}\n`);
  const { url } = await startExplorer(port);
  process.stdout.write(`The explorer is at ${url} (Ctrl-C ends it)\n`);
  return new Promise<never>(() => {});
});
