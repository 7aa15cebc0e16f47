/**
 * From photos to faces that can be lit again:
 *
 *     npm run reconstruct -- photo... [--out dir] [--face n] [--landmarks file] [--size px] [--uv px] ...
 *
 * Each photo gets a folder. One that fails says why in one line; the others still run.
 */

import { parseReconstructArguments } from "./reconstruct/reconstruct-options.js";
import { openSession, reconstructPhoto } from "./reconstruct/reconstruct-photo.js";
import type { ReconstructionSummary } from "./reconstruct/reconstruction-summary.js";
import { resultFolders } from "./reconstruct/result-folders.js";
import { reportError, runCommand } from "./run/command.js";
import { describeStage, progressLine } from "./run/progress.js";
import { checkWritable } from "./run/write-folder.js";

const name = "reconstruct";

await runCommand(name, async () => {
  const { photos, settings } = parseReconstructArguments(process.argv.slice(2));
  await checkWritable(settings.out);
  const progress = progressLine();
  const session = await openSession(settings);
  progress.say(session.engine.reason);
  // A model that cannot be read is said once, not for each photo.
  if (settings.model !== "embedded") await session.reconstructor();
  const folders = resultFolders(photos, settings.out);
  let failed = 0;
  for (const [i, photo] of photos.entries()) {
    const place = photos.length > 1 ? `${i + 1}/${photos.length} ` : "";
    try {
      const summary = await reconstructPhoto(session, photo, folders[i], (stage, share) =>
        progress.now(`${place}${photo}: ${describeStage(stage, share)}`),
      );
      for (const line of describe(summary, folders[i])) progress.say(line);
    } catch (error) {
      progress.now("");
      reportError(error, `${name}: ${photo}`);
      failed++;
    }
  }
  if (photos.length > 1) progress.say(`${photos.length - failed} reconstructed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});

function describe(summary: ReconstructionSummary, folder: string): string[] {
  const { l1, psnr, ssim } = summary.metrics.coarse;
  const numbers = [
    `${summary.seconds.total.toFixed(1)} s`,
    `landmarks off by ${summary.landmarkError.toFixed(2)} px`,
    `coarse picture L1 ${l1.toFixed(3)}, PSNR ${psnr.toFixed(1)} dB, SSIM ${ssim.toFixed(3)}`,
  ];
  return [
    `${summary.photo}: ${numbers.join("; ")}`,
    ...summary.warnings.map((warning) => `  warning: ${warning}`),
    `  ${folder}`,
  ];
}
