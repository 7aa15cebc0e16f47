/**
 * Makes Table 3 and its figure. Writes
 *
 *     faces.jsonl, identity.csv, detail-shares.csv    as every comparison (`compare-methods/run-comparison.ts`)
 *     table.csv        a row for each method and region: L1, PSNR, SSIM and the judges; then the paper's own rows
 *     figure-8.png     the pictures of all methods side by side
 *     summary.json     the same numbers, ranks, the faces that failed, and which numbers are not comparable
 */
import type { Terms } from "rerenderable";
import { imageStrip } from "rerenderable/notebook";
import type { Comparison } from "../compare-methods/compare-methods.js";
import type { JudgedFace } from "../compare-methods/judged.js";
import { meansByMethod, ranksByMethod } from "../compare-methods/method-table.js";
import { type MethodName, methodOf } from "../compare-methods/methods.js";
import { runComparison } from "../compare-methods/run-comparison.js";
import type { CompareMethodsSettings } from "../compare-methods/settings.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { toJson } from "../run/to-json.js";
import { printedTable3 } from "./config.js";
import { printedRow } from "./printed-row.js";

const notesOn = ({ names, warnings }: Comparison["judges"]) => [
  "masked: on the skin mask of the fitted face (Eq. 14); whole: the face laid over the photo, so that all else is equal.",
  `Judges: cosines of ${names.join(", ")}; the paper's are LightCNN and evoLVe.`,
  ...warnings,
  "Printed rows are the paper's, on CelebA with the Basel Face Model: those of [6] and [12] are of other masks and photos, " +
    "with L1 above the error that their PSNR implies, and cannot be set beside its own or ours.",
];

export async function runTable3(settings: CompareMethodsSettings, run: Run): Promise<number> {
  const progress = progressLine();
  const { judged, failed, shown, weights, judges, identities } = await runComparison(settings, run, progress);
  const rows = [...meansByMethod(judged)].flatMap(([method, means]) =>
    rowsOf(method, means, settings.dataset, judges.names),
  );
  const printed = Object.entries(printedTable3).map(([method, row]) =>
    printedRow(methodOf(method as MethodName).label, row, judges.names),
  );
  await run.write("table.csv", tableCsv([...rows, ...printed]));
  if (shown.length > 0) await run.write("figure-8.png", await sideBySide(shown));
  const faces = new Set(judged.map(({ id }) => id)).size;
  await run.write(
    "summary.json",
    toJson({
      experiment: run.experiment,
      run: run.name,
      weights,
      judges: judges.names,
      faces,
      rows,
      printed,
      rankOne: ranksByMethod(identities),
      failed,
      notes: notesOn(judges),
    }),
  );
  for (const row of rows.filter(({ region }) => region === "masked")) {
    const cosines = judges.names
      .map((judge) => `, ${judge} ${(row as Readonly<Record<string, unknown>>)[judge]}`)
      .join("");
    progress.say(`${row.method}: L1 ${row.l1}, PSNR ${row.psnr} dB, SSIM ${row.ssim}${cosines}`);
  }
  progress.say(run.folder);
  return 0;
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

function rowsOf(method: MethodName, means: Terms, dataset: string, judges: readonly string[]) {
  return ["masked", "whole"].map((region) => ({
    dataset,
    method: methodOf(method).label,
    region,
    l1: rounded(means[`${region}.l1`], 4),
    psnr: rounded(means[`${region}.psnr`], 2),
    ssim: rounded(means[`${region}.ssim`], 3),
    ...Object.fromEntries(judges.map((judge) => [judge, rounded(means[`picture.${judge}`], 3)])),
  }));
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
