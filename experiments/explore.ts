/**
 * Serves a page to explore a face with, for this machine only:
 *
 *     npm run explore [-- --port n] [--engine name]
 *
 * It runs until Ctrl-C.
 */
import { parseExploreArguments } from "./explorer/explore-options.js";
import { startExplorer } from "./explorer/server.js";
import { runCommand } from "./run/command.js";
import { startEngine } from "./run/start-engine.js";

await runCommand("explore", async () => {
  const { port, engine } = parseExploreArguments(process.argv.slice(2));
  const { reason } = await startEngine(engine, "--engine");
  process.stdout.write(`${reason}\n`);
  const { url } = await startExplorer(port);
  process.stdout.write(`The explorer is at ${url} (Ctrl-C ends it)\n`);
  return new Promise<never>(() => {});
});
