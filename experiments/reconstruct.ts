/**
 * From photos to faces that can be lit again:
 *
 *     npm run reconstruct -- photo... [--out dir] [--face n] [--landmarks file] [--size px] [--uv px] ...
 *
 * Each photo gets a folder. One that fails says why in one line; the others still run.
 */

import { createRequire } from "node:module";
import { checkImage } from "rerenderable/base";
import { photosOf } from "./reconstruct/photo-arguments.js";
import { checkFiles, checkLandmarks, parseReconstructArguments } from "./reconstruct/reconstruct-options.js";
import { facesIn, openSession, reconstructPhoto, type Session } from "./reconstruct/reconstruct-photo.js";
import type { ReconstructionSummary } from "./reconstruct/reconstruction-summary.js";
import { resultFolders } from "./reconstruct/result-folders.js";
import { claimFolder } from "./run/claim-folder.js";
import { reportError, runCommand } from "./run/command.js";
import { describeStage, progressLine } from "./run/progress.js";
import { checkWritable } from "./run/write-folder.js";

const name = "reconstruct";
const { callerFolder } = createRequire(import.meta.url)("./run/caller-folder.cjs");

await runCommand(name, async () => {
  process.chdir(callerFolder(name));
  const { photos: named, settings } = parseReconstructArguments(process.argv.slice(2));
  await checkWritable(settings.out);
  await checkFiles(settings);
  const progress = progressLine();
  let [done, failed] = [0, 0];
  /** What fails says why in one line; the others still run. */
  const attempt = async (photo: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      progress.now("");
      reportError(error, `${name}: ${photo}`);
      failed++;
    }
  };

  // What can be known before the engine starts is said before.
  const photos: string[] = [];
  for (const argument of named) {
    await attempt(argument, async () => {
      for (const photo of await photosOf(argument)) photos.push(photo);
    });
  }
  checkLandmarks(settings, photos);
  const folders = resultFolders(photos, settings.out);
  const ready: number[] = [];
  for (const [i, photo] of photos.entries()) {
    await attempt(photo, async () => {
      await checkImage(photo);
      await claimFolder(folders[i]);
      ready.push(i);
    });
  }
  if (ready.length > 0) {
    const session = await openSession(settings);
    progress.say(session.engine.reason);
    // A model that cannot be read is said once, not for each photo.
    if (settings.model !== "embedded") await session.reconstructor();
    for (const i of ready) {
      const place = photos.length > 1 ? `${i + 1}/${photos.length} ` : "";
      await attempt(photos[i], async () => {
        for (const [face, folder] of await facesAndFolders(session, photos[i], folders[i])) {
          const summary = await reconstructPhoto(session, photos[i], folder, face, (stage, share) =>
            progress.now(`${place}${photos[i]}: ${describeStage(stage, share)}`),
          );
          for (const line of describe(summary, folder)) progress.say(line);
        }
        done++;
      });
    }
  }
  if (done + failed > 1) progress.say(`${done} reconstructed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});

/** One face into the photo's folder, or all, the largest first, each into a folder of its own beside it. */
async function facesAndFolders(session: Session, photo: string, folder: string) {
  const { face } = session.settings;
  if (face !== "all") return [[face, folder]] as const;
  const count = await facesIn(session, photo);
  return Array.from({ length: count }, (_, i) => [i + 1, `${folder}-face-${i + 1}`] as const);
}

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
