/**
 * Refines test faces and judges what comes out. Writes
 *
 *     faces.jsonl          a line a face: its figures, or why there are none
 *     table.csv            a row a group and figure: mean, median, 95th percentile, worst
 *     identity.csv         a row a group and rendering on grey: its mean cosine to the photo, how many are known (rank 1)
 *     summary.json         the means, ranks, how many albedos are better than the prior, failures, the spread of one face's albedo over lights
 *     faces-<group>.png    some faces with their maps and pictures
 */
import {
  type DetailSample,
  detailMetrics,
  InputError,
  type InspectedFace,
  lightDetail,
  loadFaceDetector,
  makeDetailSample,
  meanTerms,
  prepareEngine,
  type RgbImage,
  type Terms,
} from "rerenderable";
import {
  albedoSpread,
  betterFaces,
  createFaceRefiner,
  type FittedFace,
  inspectOutputs,
  learnOnPhoto,
  withUnwrappedFace,
} from "rerenderable/face";
import { loadSyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import { type FaceSampler, openFaceSampler } from "../compare-methods/face-sampler.js";
import { type IdentityJudges, openIdentityJudges } from "../compare-methods/identity-judges.js";
import {
  cosinesOnGrey,
  type GreyIdentity,
  greyJudge,
  holdsOnePerson,
  identityRows,
  lightOnGrey,
  type Renderings,
  rankOne,
  underNamedLights,
} from "../compare-methods/identity-on-grey.js";
import { errorInPicture } from "../compare-methods/method-figures.js";
import { type FaceTruth, lastPhotos, testFaces } from "../compare-methods/test-faces.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { spreadRows } from "../run/spread-rows.js";
import { tableCsv } from "../run/table-csv.js";
import { jsonLines, toJson } from "../run/to-json.js";
import { detailPreview } from "../train-detail/detail-preview.js";
import type { EvaluateDetailSettings } from "./settings.js";
import { openTestedRefiner, type TestedRefiner } from "./tested-refiner.js";

interface Line {
  readonly id: string;
  readonly group: string;
  readonly figures?: Terms;
  readonly failure?: string;
}

/** A face with its figures, and what the judges make of its pictures on grey. */
interface JudgedFace {
  readonly group: string;
  readonly figures: Terms;
  readonly identity: GreyIdentity;
}

interface RefinedFace {
  readonly sample: DetailSample;
  readonly face: InspectedFace;
}

export async function runEvaluateDetail(settings: EvaluateDetailSettings, run: Run): Promise<number> {
  const progress = progressLine();
  await prepareEngine("wasm");
  const refiner = await openTestedRefiner(settings.weights, settings.uvSize);
  if (settings.refine.steps > 0 && !refiner.trained)
    throw new InputError("--set refine.steps", "0, as there are no weights", `${settings.refine.steps}`);
  const sampler = await openFaceSampler(settings, settings.uvSize);
  const faces = await openFaces(settings, refiner, sampler);
  const detector = await loadFaceDetector();
  const judges = await openIdentityJudges(settings.judges);
  const judgeOnGrey = greyJudge(judges);
  const photos = await lastPhotos(settings.photos, settings.lastPhotos);
  await run.begin();
  for (const warning of judges.warnings) progress.say(warning);

  const lines: Line[] = [];
  const judged: JudgedFace[] = [];
  const groups = new Map<string, RefinedFace[]>();
  for await (const test of testFaces({ ...settings, photos }, await loadSyntheticAssets(), detector)) {
    progress.now(`${lines.length + 1}: ${test.id}`);
    const { id, group } = test;
    if ("reason" in test) {
      lines.push({ id, group, failure: test.reason });
      continue;
    }
    const input = await sampler.input(test);
    const start = performance.now();
    const { sample, face } = await faces.refine(input);
    const seconds = (performance.now() - start) / 1000;
    const before = groups.get(group) ?? [];
    const other = before.at(-1);
    const { coarse, coarselyLit, detailed } = face.pictures;
    const pictures = { coarse, coarselyLit, detailed };
    const swapped = other && (await lightDetail(sample, face.maps.detailed.data, other.face.lightMap));
    const identity = await judgeOnGrey(test, sample, {
      ...pictures,
      ...(swapped && { swapped }),
      ...(await relit({ sample, face })),
    });
    const figures = {
      ...detailMetrics(face, sample, sampler.skin, { whole: true }),
      ...(await judges.judge(test, sample, pictures, swapped)),
      ...cosinesOnGrey(identity),
      ...(test.truth && (await errorsInPicture(face, sample, test.truth))),
      ...(await sampler.detailShares(sample, { albedo: face.maps.detailed.data, light: face.lightMap })),
      seconds,
    };
    lines.push({ id, group, figures });
    judged.push({ group, figures, identity });
    groups.set(group, [...before, { sample, face }]);
  }
  progress.now("");
  await writeResults(run, settings, {
    lines,
    judged: grouped(judged),
    groups,
    refiner: refiner.name,
    skin: sampler.skin,
    judges,
  });
  for (const [group, faces] of grouped(judged)) progress.say(`${group}: ${describe(faces, judges.names)}`);
  progress.say(run.folder);
  await faces.dispose();
  await Promise.all([judges.dispose(), sampler.dispose()]);
  detector.dispose();
  return 0;
}

async function errorsInPicture(
  { maps }: InspectedFace,
  sample: DetailSample,
  truth: FaceTruth,
): Promise<Terms> {
  const of = (map: RgbImage) => errorInPicture(Float32Array.from(map.data), sample, truth);
  return {
    "albedo.errorInPicture": await of(maps.detailed),
    "priorAlbedo.errorInPicture": await of(maps.prior),
    "texture.errorInPicture": await of(maps.texture),
  };
}

/** The face under lights that are not its own, and its lights without the face. */
async function relit({ sample, face }: RefinedFace): Promise<Renderings> {
  return {
    ...(await underNamedLights(sample, face.maps.detailed.data)),
    light: face.pictures.light,
    coarseLight: await lightOnGrey(sample, sample.coefficients.light),
  };
}

interface Judged {
  readonly lines: readonly Line[];
  /** By group. */
  readonly judged: readonly [group: string, readonly JudgedFace[]][];
  readonly groups: ReadonlyMap<string, readonly RefinedFace[]>;
  /** Name of the judged weights. */
  readonly refiner: string;
  readonly skin: Float32Array;
  readonly judges: Pick<IdentityJudges, "names" | "warnings">;
}

async function writeResults(
  run: Run,
  settings: EvaluateDetailSettings,
  { lines, judged, groups, refiner, skin, judges }: Judged,
): Promise<void> {
  await run.write("faces.jsonl", jsonLines(lines));
  await run.write("table.csv", tableCsv(tableOf(judged, judges.names)));
  await run.write("identity.csv", tableCsv(identitiesOf(judged)));
  for (const [group, refined] of groups) {
    const shown = refined.slice(0, settings.shown).map(({ face }) => face);
    if (shown.length > 0) await run.write(`faces-${group}.png`, await detailPreview(shown));
  }
  const sameFace = groups.get("same-face-many-lights") ?? [];
  await run.write(
    "summary.json",
    toJson({
      experiment: run.experiment,
      run: run.name,
      weights: refiner,
      judges: judges.names,
      groups: Object.fromEntries(judged.map(([group, faces]) => [group, summaryOf(faces)])),
      failed: lines.flatMap(({ id, failure }) => (failure === undefined ? [] : [`${id}: ${failure}`])),
      ...(judges.warnings.length > 0 && { warnings: judges.warnings }),
      ...(sameFace.length > 0 && { albedoSpreadOverLights: spreadOverLights(sameFace, skin) }),
    }),
  );
}

/** How far one face's texture, prior and detailed albedo differ from light to light. */
function spreadOverLights(faces: readonly RefinedFace[], skin: Float32Array) {
  const seen = faces.map(({ sample }) => sample.seen);
  const of = (name: "texture" | "prior" | "detailed") =>
    albedoSpread(
      faces.map(({ face }) => face.maps[name].data),
      seen,
      skin,
    );
  return { texture: of("texture"), prior: of("prior"), detailed: of("detailed") };
}

/**
 * Refines faces as `reconstruct` refines a user's photo: maps of the judged size, after more steps on the face if the
 * settings ask for them.
 */
async function openFaces(
  { refine }: EvaluateDetailSettings,
  { trained, inspect, dispose }: TestedRefiner,
  { model, uvSpace }: FaceSampler,
): Promise<{ refine(input: FittedFace): Promise<RefinedFace>; dispose(): Promise<void> }> {
  if (!trained) {
    return {
      async refine(input) {
        const sample = await makeDetailSample(model, uvSpace, input);
        return { sample, face: await inspect(sample) };
      },
      dispose,
    };
  }
  const faces = createFaceRefiner(model, trained);
  const learn = refine.steps > 0 ? learnOnPhoto(refine) : undefined;
  return {
    refine: (fitted) =>
      withUnwrappedFace(model, uvSpace, fitted, async (unwrapped) => {
        const { sample, outputs } = await faces.refine(unwrapped, { learn });
        return { sample, face: await inspectOutputs(outputs, sample, trained.base) };
      }),
    dispose: () => faces.dispose(),
  };
}

type Groups = Judged["judged"];
const figuresOf = (faces: readonly JudgedFace[]) => faces.map(({ figures }) => figures);

function tableOf(groups: Groups, judges: readonly string[]) {
  return groups.flatMap(([group, faces]) =>
    spreadRows(figuresOf(faces), judges).map((row) => ({ group, ...row })),
  );
}

function identitiesOf(groups: Groups) {
  return groups.flatMap(([group, faces]) => identityRows(peopleOf(faces)).map((row) => ({ group, ...row })));
}

function summaryOf(faces: readonly JudgedFace[]) {
  const people = peopleOf(faces);
  const known = figuresOf(faces).filter((figures) => "albedo.error" in figures);
  return {
    faces: faces.length,
    ...meanTerms(figuresOf(faces)),
    ...(people.length > 0 && { rankOne: rankOne(people) }),
    ...(known.length > 0 && { betterThanPrior: betterThanPrior(known) }),
  };
}

/** Of how many faces the detailed albedo is nearer to the truth than the prior albedo, and of how many it is known. */
function betterThanPrior(faces: readonly Terms[]) {
  const better = (error: string) =>
    betterFaces(
      faces.map((figures) => figures[`albedo.${error}`]),
      faces.map((figures) => figures[`priorAlbedo.${error}`]),
    );
  return {
    whole: better("error"),
    seen: better("errorWhereSeen"),
    inPicture: better("errorInPicture"),
  };
}

/** Ranks need a group in which each face is another person. */
const peopleOf = (faces: readonly JudgedFace[]) =>
  faces.filter(({ group }) => !holdsOnePerson(group)).map(({ identity }) => identity);

/** The groups in the order in which they came, and "synthetic": all faces of the subsets. */
function grouped(judged: readonly JudgedFace[]): Groups {
  const own = (wanted: (group: string) => boolean) => judged.filter(({ group }) => wanted(group));
  const names = [...new Set(judged.map(({ group }) => group))];
  const apart = ["photos", "same-face-many-lights"];
  const all: Groups = [
    ...names.map((name): Groups[number] => [name, own((group) => group === name)]),
    ["synthetic", own((group) => !apart.includes(group))],
  ];
  return all.filter(([, faces]) => faces.length > 0);
}

function describe(faces: readonly JudgedFace[], judges: readonly string[]): string {
  const means = meanTerms(figuresOf(faces));
  const number = (name: string, digits: number) => (means[name] ?? Number.NaN).toFixed(digits);
  const pictures = (["coarse", "coarselyLit", "detailed"] as const).map(
    (name) =>
      `${name} ${number(`${name}.psnr`, 2)} dB ${number(`${name}.ssim`, 3)} ` +
      judges.map((judge) => `${judge} ${number(`${name}.${judge}`, 3)}`).join(" "),
  );
  const albedo =
    "albedo.error" in means
      ? [
          `albedo's error ${number("albedo.error", 4)}, prior's ${number("priorAlbedo.error", 4)}`,
          `in the picture ${number("albedo.errorInPicture", 4)}, ${number("priorAlbedo.errorInPicture", 4)}`,
          `where seen ${number("albedo.errorWhereSeen", 4)}, ${number("priorAlbedo.errorWhereSeen", 4)}, texture's ${number("texture.errorWhereSeen", 4)}`,
        ]
      : [];
  return [...pictures, ...albedo].join("; ");
}
