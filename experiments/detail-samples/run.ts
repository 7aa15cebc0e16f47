/** Prepares the faces of a training: `--shard i/n` a part of them. */
import { prepareEngine } from "rerenderable";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { startTally } from "../run/tally.js";
import { toJson } from "../run/to-json.js";
import type { DetailSampleSettings } from "../train-detail/settings.js";
import { obtainDetailSamples } from "./detail-samples.js";

/** @returns the exit code */
export async function runDetailSamples(settings: DetailSampleSettings, run: Run): Promise<number> {
  const progress = progressLine();
  await prepareEngine("wasm");
  await run.begin();
  let tally: ReturnType<typeof startTally> | undefined;
  const started = performance.now();
  const { training, heldOut } = await obtainDetailSamples(settings, {
    shard: run.shard,
    onSample: (_, all) => {
      tally ??= startTally(all);
      tally.count(true, progress);
    },
  });
  const { index, count } = run.shard;
  await run.write(
    count === 1 ? "summary.json" : `summary-${index}-of-${count}.json`,
    toJson({ training, heldOut, seconds: (performance.now() - started) / 1000 }),
  );
  progress.say(`${training.length} files to learn from, ${heldOut.length} held out`);
  return 0;
}
