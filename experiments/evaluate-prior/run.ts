/**
 * Finds the coefficients of test faces in each way and judges them. Writes
 *
 *     faces.jsonl    a line a face and way: the judgement, or why there is none
 *     table.csv      a row a group, way and figure: mean, median, 95th percentile, worst
 *     summary.json   the same, with failures and the relation of skin tone and light
 */
import {
  createMorphableModel,
  loadFaceDetector,
  loadFaceMasker,
  loadMorphableModel,
  prepareEngine,
} from "rerenderable";
import { correlation } from "rerenderable/face";
import { loadSyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import { lastPhotos, testFaces } from "../compare-methods/test-faces.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { spreadRows } from "../run/spread-rows.js";
import { tableCsv } from "../run/table-csv.js";
import { jsonLines, toJson } from "../run/to-json.js";
import { openPriorJudge, type PriorJudgement } from "./judge-prior.js";
import { openPriorMethod, type PriorName } from "./prior-methods.js";
import type { EvaluatePriorSettings } from "./settings.js";

interface Line {
  readonly id: string;
  readonly group: string;
  readonly prior: PriorName;
  /** Seconds of the way itself, without detection. */
  readonly seconds?: number;
  readonly judgement?: PriorJudgement;
  readonly failure?: string;
}

export async function runEvaluatePrior(settings: EvaluatePriorSettings, run: Run): Promise<number> {
  const progress = progressLine();
  await prepareEngine("wasm");
  const model = createMorphableModel(await loadMorphableModel(settings.model));
  const detector = await loadFaceDetector();
  const parsing = await loadFaceMasker(settings.mask);
  const masker = parsing.mask;
  const judge = await openPriorJudge(model, masker);
  const methods = new Map(
    await Promise.all(
      settings.priors.map(
        async (name) => [name, await openPriorMethod(name, model, masker, settings.regressor)] as const,
      ),
    ),
  );
  const photos = await lastPhotos(settings.photos, settings.lastPhotos);
  await run.begin();
  const lines: Line[] = [];
  let done = 0;
  const wanted = { ...settings, photos, firstSeed: 0, persons: 0 };
  for await (const face of testFaces(wanted, await loadSyntheticAssets(), detector)) {
    progress.now(`${++done}: ${face.id}`);
    for (const [prior, method] of methods) {
      const named = { id: face.id, group: face.group, prior };
      if ("reason" in face) {
        lines.push({ ...named, failure: face.reason });
        continue;
      }
      const start = performance.now();
      const coefficients = await method.find(face.image, face.points);
      const seconds = (performance.now() - start) / 1000;
      lines.push({ ...named, seconds, judgement: await judge.judge(face, coefficients) });
    }
  }
  progress.now("");
  await run.write("faces.jsonl", jsonLines(lines));
  const rows = tableOf(lines);
  await run.write("table.csv", tableCsv(rows));
  await run.write(
    "summary.json",
    toJson({ experiment: run.experiment, run: run.name, groups: summaryOf(lines) }),
  );
  for (const row of rows.filter(({ figure }) => shown.includes(figure))) {
    const { group, prior, figure, median, ninetyFifth, worst } = row;
    progress.say(
      `${group} ${prior} ${figure}: median ${median.toFixed(3)}, 95 % ${ninetyFifth.toFixed(3)}, worst ${worst.toFixed(3)}`,
    );
  }
  progress.say(run.folder);
  for (const method of methods.values()) await method.dispose();
  await judge.dispose();
  await parsing.dispose();
  detector.dispose();
  model.dispose();
  return 0;
}

const shown: readonly string[] = [
  "landmarkError",
  "psnr",
  "geometricPsnr",
  "rmsIdentity",
  "albedoError",
  "depthError",
];

function tableOf(lines: readonly Line[]) {
  return grouped(lines).flatMap(({ group, prior, own }) => {
    const judged = own.flatMap(({ judgement, seconds }) =>
      judgement ? [{ seconds: seconds!, ...judgement }] : [],
    );
    return spreadRows(judged).map((row) => ({ group, prior, ...row }));
  });
}

function summaryOf(lines: readonly Line[]) {
  return grouped(lines).map(({ group, prior, own }) => {
    const truths = own.flatMap(({ judgement }) => (judgement?.trueIta === undefined ? [] : [judgement]));
    const of = (name: keyof PriorJudgement) => truths.map((one) => one[name]!);
    return {
      group,
      prior,
      faces: own.length,
      failed: own
        .filter(({ failure }) => failure !== undefined)
        .map(({ id, failure }) => `${id}: ${failure}`),
      ...(truths.length > 1 && {
        /** Skin tone must not be taken for light: this is near 0 if lights and faces were drawn independently. */
        trueItaWithLightLevel: correlation(of("trueIta"), of("lightLevel")),
        trueItaWithIta: correlation(of("trueIta"), of("ita")),
      }),
    };
  });
}

/** Groups and ways in the order in which they came, and "synthetic", all subsets together. */
function grouped(lines: readonly Line[]) {
  const synthetic = lines
    .filter(({ group }) => group !== "photos")
    .map((line) => ({ ...line, group: "synthetic" }));
  const all = [...lines, ...synthetic];
  const keys = new Map(all.map(({ group, prior }) => [`${group} ${prior}`, { group, prior }]));
  return [...keys.values()].map((key) => ({
    ...key,
    own: all.filter(({ group, prior }) => group === key.group && prior === key.prior),
  }));
}
