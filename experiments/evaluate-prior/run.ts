/**
 * Finds the coefficients of test faces in each way and judges them. Writes
 *
 *     faces.jsonl    a line a face and way: the judgement, or why there is none
 *     table.csv      a row a group, way and figure: mean, median, 95th percentile, worst
 *     summary.json   the same, with failures and the relation of skin tone and light
 */
import {
  createMorphableModel,
  labFromSrgb,
  loadFaceDetector,
  loadFaceMasker,
  loadMorphableModel,
  prepareEngine,
} from "rerenderable";
import { colourDifference, skinToneGroup, skinToneGroups } from "rerenderable/base";
import { correlation } from "rerenderable/face";
import { loadSyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import { lastPhotos, testFaces } from "../compare-methods/test-faces.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { spreadRows } from "../run/spread-rows.js";
import { tableCsv } from "../run/table-csv.js";
import { jsonLines, toJson } from "../run/to-json.js";
import { type CameraName, takenWith } from "./cameras.js";
import { openPriorJudge, type PriorJudgement } from "./judge-prior.js";
import { openPriorMethod, type PriorName } from "./prior-methods.js";
import type { EvaluatePriorSettings } from "./settings.js";

interface Line {
  readonly id: string;
  readonly group: string;
  readonly prior: PriorName;
  readonly camera: CameraName;
  /** Seconds of the way itself, without detection. */
  readonly seconds?: number;
  readonly judgement?: PriorJudgement;
  /** How far the skin's typology angle (degrees) and colour (CIEDE2000) are from those that the photo as it is gives. */
  readonly change?: { readonly itaChange: number; readonly colourChange: number };
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
      let first: PriorJudgement | undefined;
      for (const camera of settings.cameras) {
        const named = { id: face.id, group: face.group, prior, camera };
        if ("reason" in face) {
          lines.push({ ...named, failure: face.reason });
          continue;
        }
        const image = takenWith(camera, face.image);
        const start = performance.now();
        const coefficients = await method.find(image, face.points);
        const seconds = (performance.now() - start) / 1000;
        const judgement = await judge.judge({ ...face, image }, coefficients);
        first ??= judgement;
        lines.push({ ...named, seconds, judgement, change: changeOf(first, judgement) });
      }
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
    const { group, prior, camera, figure, median, ninetyFifth, worst } = row;
    progress.say(
      `${group} ${prior} ${camera} ${figure}: median ${median.toFixed(3)}, 95 % ${ninetyFifth.toFixed(3)}, worst ${worst.toFixed(3)}`,
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

function changeOf(first: PriorJudgement, { ita, skin }: PriorJudgement) {
  return {
    itaChange: Math.abs(ita - first.ita),
    colourChange: colourDifference(labFromSrgb(first.skin), labFromSrgb(skin)),
  };
}

const shown: readonly string[] = [
  "itaChange",
  "landmarkError",
  "psnr",
  "geometricPsnr",
  "rmsIdentity",
  "albedoError",
  "depthError",
];

function tableOf(lines: readonly Line[]) {
  return grouped(lines).flatMap(({ group, prior, camera, own }) => {
    const judged = own.flatMap(({ judgement, seconds, change }) => {
      if (!judgement) return [];
      const { skin: _, ...figures } = judgement;
      const { ita, trueIta } = judgement;
      const off = trueIta === undefined ? {} : { itaError: Math.abs(ita - trueIta) };
      return [{ seconds: seconds!, ...figures, ...off, ...change }];
    });
    return spreadRows(judged).map((row) => ({ group, prior, camera, ...row }));
  });
}

function summaryOf(lines: readonly Line[]) {
  return grouped(lines).map(({ group, prior, camera, own }) => {
    const truths = own.flatMap(({ judgement }) => (judgement?.trueIta === undefined ? [] : [judgement]));
    const of = (name: Exclude<keyof PriorJudgement, "skin">) => truths.map((one) => one[name]!);
    return {
      group,
      prior,
      camera,
      faces: own.length,
      failed: own
        .filter(({ failure }) => failure !== undefined)
        .map(({ id, failure }) => `${id}: ${failure}`),
      ...(truths.length > 1 && {
        /** Skin tone must not be taken for light: this is near 0 if lights and faces were drawn independently. */
        trueItaWithLightLevel: correlation(of("trueIta"), of("lightLevel")),
        trueItaWithIta: correlation(of("trueIta"), of("ita")),
        itaByTone: byTone(truths),
      }),
    };
  });
}

/** Of the faces of each true tone: the mean error of the typology angle, and its mean with its sign, degrees. */
function byTone(truths: readonly PriorJudgement[]) {
  return Object.keys(skinToneGroups).map((tone) => {
    const errors = truths.flatMap(({ ita, trueIta }) =>
      skinToneGroup(trueIta!) === tone ? [ita - trueIta!] : [],
    );
    const mean = (values: readonly number[]) =>
      values.reduce((sum, v) => sum + v, 0) / Math.max(values.length, 1);
    return { tone, faces: errors.length, error: mean(errors.map(Math.abs)), bias: mean(errors) };
  });
}

/** Groups and ways in the order in which they came, and "synthetic", all subsets together. */
function grouped(lines: readonly Line[]) {
  const synthetic = lines
    .filter(({ group }) => group !== "photos")
    .map((line) => ({ ...line, group: "synthetic" }));
  const all = [...lines, ...synthetic];
  const nameOf = ({ group, prior, camera }: Pick<Line, "group" | "prior" | "camera">) =>
    `${group} ${prior} ${camera}`;
  const keys = new Map(
    all.map(({ group, prior, camera }) => [nameOf({ group, prior, camera }), { group, prior, camera }]),
  );
  return [...keys].map(([name, key]) => ({ ...key, own: all.filter((line) => nameOf(line) === name) }));
}
