/** One process of `generateSamples`: makes the samples it is told to, one after the other. */
import { loadSyntheticAssets, type SyntheticAssets } from "../synthetic-assets.js";
import type { FromWorker, ToWorker } from "./generate.js";
import { obtainSample } from "./sample-cache.js";

let folder = "";
let assets: Promise<SyntheticAssets> | undefined;
const answer = (message: FromWorker) => process.send?.(message);

process.on("message", async (message: ToWorker) => {
  try {
    if ("open" in message) {
      folder = message.open.folder;
      assets = loadSyntheticAssets(message.open.uvSize);
      return;
    }
    const warn = (warning: string) => void answer({ warning });
    await obtainSample(await assets!, message.make, { folder, warn });
    answer({ done: message.make.seed });
  } catch (error) {
    answer({ failed: error instanceof Error ? error.message : String(error) });
  }
});
process.on("disconnect", () => process.exit());
