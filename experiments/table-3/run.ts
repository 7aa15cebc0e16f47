/**
 * Makes Table 3 and its figure. Writes
 *
 *     faces.jsonl      a line for each face and method: its figures
 *     table.csv        a row for each method and region: L1, PSNR, SSIM and the judges; then the paper's own rows
 *     figure-8.png     the pictures of all methods side by side
 *     summary.json     the same numbers, the faces that failed, and which numbers are not comparable
 */
import type { Terms } from "rerenderable";
import { imageStrip } from "rerenderable/notebook";
import { judgeNames } from "../compare-methods/identity-judges.js";
import type { JudgedFace } from "../compare-methods/judged.js";
import { meansByMethod } from "../compare-methods/method-table.js";
import { type MethodName, methodOf } from "../compare-methods/methods.js";
import { runComparison } from "../compare-methods/run-comparison.js";
import type { CompareMethodsSettings } from "../compare-methods/settings.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { toJson } from "../run/to-json.js";
import { type PrintedRow, printedTable3 } from "./config.js";

const notes = [
  "masked: on the skin mask of the fitted face (Eq. 14); whole: the face laid over the photo, so that all else is equal.",
  "Judges: cosine of faceres and dlib, which stand in for LightCNN and evoLVe; neither is in a loss.",
  "Printed rows are the paper's, on CelebA with the Basel Face Model: those of [6] and [12] are of other masks and photos, " +
    "with L1 above the error that their PSNR implies, and cannot be set beside its own or ours.",
];

export async function runTable3(settings: CompareMethodsSettings, run: Run): Promise<number> {
  const progress = progressLine();
  const { judged, failed, shown, weights } = await runComparison(settings, run, progress);
  const rows = [...meansByMethod(judged)].flatMap(([method, means]) =>
    rowsOf(method, means, settings.dataset),
  );
  const printed = Object.entries(printedTable3).map(([method, row]) => printedRow(method, row));
  await run.write("table.csv", tableCsv([...rows, ...printed]));
  if (shown.length > 0) await run.write("figure-8.png", await sideBySide(shown));
  const faces = new Set(judged.map(({ id }) => id)).size;
  await run.write(
    "summary.json",
    toJson({ experiment: run.experiment, run: run.name, weights, faces, rows, printed, failed, notes }),
  );
  for (const row of rows.filter(({ region }) => region === "masked")) {
    progress.say(
      `${row.method}: L1 ${row.l1}, PSNR ${row.psnr} dB, SSIM ${row.ssim}, faceres ${row.faceres}, dlib ${row.dlib}`,
    );
  }
  progress.say(run.folder);
  return 0;
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

function rowsOf(method: MethodName, means: Terms, dataset: string) {
  return ["masked", "whole"].map((region) => ({
    dataset,
    method: methodOf(method).label,
    region,
    l1: rounded(means[`${region}.l1`], 4),
    psnr: rounded(means[`${region}.psnr`], 2),
    ssim: rounded(means[`${region}.ssim`], 3),
    ...(Object.fromEntries(
      judgeNames.map((judge) => [judge, rounded(means[`picture.${judge}`], 3)]),
    ) as Record<(typeof judgeNames)[number], number>),
  }));
}

function printedRow(method: string, { l1, psnr, ssim, LightCNN, evoLVe }: PrintedRow) {
  return {
    dataset: "celeba, as printed",
    method: methodOf(method as MethodName).label,
    region: "its own",
    l1,
    psnr,
    ssim,
    faceres: LightCNN && `LightCNN ${LightCNN}`,
    dlib: evoLVe && `evoLVe ${evoLVe}`,
  };
}

/** Makes Figure 8: a row for each face, with the photo and each method's picture. */
async function sideBySide(shown: readonly JudgedFace[]): Promise<Uint8Array> {
  const images = shown.flatMap(({ test, faces }) => [
    { image: test.image, caption: "photo" },
    ...[...faces].map(([name, { picture }]) => ({ image: picture, caption: methodOf(name).label })),
  ]);
  const columns = images.length / shown.length;
  return (await imageStrip(images, { columns, width: 180 * columns })).png;
}
