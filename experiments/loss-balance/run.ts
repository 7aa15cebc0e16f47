/**
 * Measures the pull of each loss in each reading (`lossPulls`). Writes
 *
 *     table.csv       a row for each reading and loss: value, weight, pull at A′ and at L′, the same relative to the image
 *                     loss, and the weight with which the paper's mean would pull as hard
 *     summary.json    the same rows
 */
import { identityLoss, prepareEngine } from "rerenderable";
import {
  type FaceEmbeddingName,
  type LossPull,
  type LossReadingName,
  lossPulls,
  lossReadings,
  openRecognition,
} from "rerenderable/face";
import { openLossFaces } from "../free-maps/loss-faces.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { toJson } from "../run/to-json.js";
import { paper } from "../train-detail/paper.js";
import type { LossBalanceSettings } from "./settings.js";

export async function runLossBalance(settings: LossBalanceSettings, run: Run): Promise<number> {
  const progress = progressLine();
  await prepareEngine("wasm");
  const { faces, failed, sampler } = await openLossFaces(settings, 2, progress);
  const samples = faces.map(({ sample }) => sample);
  const name = settings.recognition as FaceEmbeddingName;
  const { embedding, network } = await openRecognition(samples.length, 1, name);
  await run.begin();

  const uvMask = settings.uvMask === "face" ? sampler.covered : sampler.skin;
  const identity = identityLoss(embedding, network);
  const pullsOf = (reading: (typeof lossReadings)[LossReadingName]) =>
    lossPulls({ samples, losses: { ...paper.settings.losses, ...reading }, identity, uvMask });
  const means = await pullsOf(lossReadings.printedMeans);
  const rows: PullRow[] = [];
  for (const reading of settings.readings) {
    progress.now(reading);
    rows.push(...rowsOf(reading, await pullsOf(lossReadings[reading]), means));
  }
  progress.now("");
  await run.write("table.csv", tableCsv(rows));
  const { experiment } = run;
  await run.write("summary.json", toJson({ experiment, run: run.name, faces: samples.length, rows, failed }));
  for (const { reading, loss, toAlbedo, toLight, relativeToAlbedo } of rows) {
    progress.say(`${reading} ${loss}: A′ ${toAlbedo} (${relativeToAlbedo} of the image loss), L′ ${toLight}`);
  }
  progress.say(run.folder);
  await Promise.all([network.dispose(), sampler.dispose()]);
  return 0;
}

type PullRow = ReturnType<typeof rowsOf>[number];

/** @param means the pulls of the paper's losses as means */
function rowsOf(reading: LossReadingName, pulls: readonly LossPull[], means: readonly LossPull[]) {
  const image = pulls.find(({ term }) => term === "image");
  const meanImage = means.find(({ term }) => term === "image")!;
  const total = ({ toAlbedo, toLight }: LossPull) => Math.hypot(toAlbedo, toLight);
  return pulls.map((pull) => {
    const { term, value, weight, toAlbedo, toLight } = pull;
    const mean = means.find((one) => one.term === term);
    // Adam does not see a common factor, so the image loss keeps the weight that the paper prints.
    const common = image ? total(meanImage) / total(image) : Number.NaN;
    return {
      reading,
      loss: term,
      value: digits(value),
      weight,
      toAlbedo: digits(toAlbedo),
      toLight: digits(toLight),
      relativeToAlbedo: image && digits(toAlbedo / image.toAlbedo),
      relativeToLight: image && digits(toLight / image.toLight),
      weightOfMean: mean && digits((mean.weight * common * total(pull)) / total(mean)),
    };
  });
}

const digits = (value: number) => Number(value.toPrecision(3));
