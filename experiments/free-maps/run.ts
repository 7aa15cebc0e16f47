/**
 * Moves the maps of test faces by the losses, once for each variant. Writes
 *
 *     faces.jsonl      a line for each variant and face: its figures
 *     table.csv        a row a variant: means over the faces
 *     differences.csv  a row for each variant and figure: paired difference to all losses, with its 95 % interval
 *     claims.json      the paper's claims about its losses, each with the difference that supports it or not
 *     maps.png         A′ on the face and L′ on grey of some faces
 *     summary.json     the means, faces that failed, seconds a face
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  type DetailSample,
  InputError,
  identityLoss,
  meanTerms,
  prepareEngine,
  type Terms,
  type TrainableNetwork,
} from "rerenderable";
import {
  type FaceEmbeddingName,
  type FreeFace,
  type IdentityLoss,
  type LossReading,
  meanIdentityLoss,
  openRecognition,
  optimiseMaps,
} from "rerenderable/face";
import { type GreyIdentity, holdsOnePerson, rankOne } from "../compare-methods/identity-on-grey.js";
import type { Run } from "../run/experiment-run.js";
import { type ProgressLine, progressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { jsonLines, toJson } from "../run/to-json.js";
import { claimsOf, differencesOf, type Line } from "./claims.js";
import { openFigures, type ShownFace, sheetOf } from "./free-face-figures.js";
import { type LossFaces, openLossFaces } from "./loss-faces.js";
import type { FreeMapsSettings } from "./settings.js";
import { type VariantName, variantOf } from "./variants.js";

export async function runFreeMaps(settings: FreeMapsSettings, run: Run): Promise<number> {
  const progress = progressLine();
  checkGroups(settings);
  const results = await earlierResults(run);
  if (settings.variants.every((variant) => results.ranks[variant])) {
    await run.begin();
    await write(run, settings, results);
  } else {
    await moveVariants(settings, run, results, progress);
  }
  for (const { sentence } of claimsOf(results.lines, settings.seed, results.judges)) progress.say(sentence);
  progress.say(run.folder);
  return 0;
}

/** Makes the variants that are missing, and writes all results after each. */
async function moveVariants(
  settings: FreeMapsSettings,
  run: Run,
  results: Results,
  progress: ProgressLine,
): Promise<void> {
  await prepareEngine("wasm");
  const material = await openLossFaces(settings, settings.batch, progress);
  const networks = await openRecognitions(settings);
  const measures = await openFigures(material.sampler, settings.judges);
  await run.begin();
  for (const warning of measures.warnings) progress.say(warning);
  const { faces, failed } = material;
  Object.assign(results, { faces: faces.length, failed, judges: measures.judges });
  for (const variant of settings.variants) {
    if (results.ranks[variant]) continue;
    const { label, recognition } = variantOf(variant);
    const start = performance.now();
    const found = await moveMaps(settings, variant, material, networks, progress);
    results.seconds[variant] = (performance.now() - start) / 1000 / faces.length;
    const people: GreyIdentity[] = [];
    for (const [i, { test, sample }] of faces.entries()) {
      const other = found[(i + 1) % found.length].light;
      const face = await measures.of(test, sample, found[i], other);
      const figures = withoutJudges(face.figures, recognition);
      results.lines.push({ id: test.id, group: test.group, variant, figures });
      if (!holdsOnePerson(test.group)) people.push(face.identity);
      if (i < settings.shown) results.shown.push({ ...face, id: test.id, label });
    }
    results.ranks[variant] = rankOne(people);
    progress.now("");
    progress.say(`${label}: ${describe(meansOf(results.lines, variant))}`);
    // After each variant, so that a run that is ended early has what it found, and can go on from there.
    await write(run, settings, results);
  }
  await Promise.all([measures.dispose(), networks.dispose(), material.sampler.dispose()]);
}

interface Results {
  /** How many faces were moved. */
  faces: number;
  /** The faces that were not, a line for each. */
  failed: readonly string[];
  judges: readonly string[];
  readonly lines: Line[];
  readonly shown: ShownFace[];
  readonly ranks: Partial<Record<VariantName, ReturnType<typeof rankOne>>>;
  /** A face, by variant. */
  readonly seconds: Partial<Record<VariantName, number>>;
}

/** What a run of these settings that was ended early has written; nothing if it is new. */
async function earlierResults({ folder }: Run): Promise<Results> {
  const none: Results = { faces: 0, failed: [], judges: [], lines: [], shown: [], ranks: {}, seconds: {} };
  const read = (name: string) => readFile(path.join(folder, name), "utf8").catch(() => undefined);
  const [lines, summary] = await Promise.all([read("faces.jsonl"), read("summary.json")]);
  if (lines === undefined || summary === undefined) return none;
  const { faces, failed, judges, rankOne: ranks, secondsAFace: seconds } = JSON.parse(summary);
  const earlier = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return { ...none, faces, failed, judges, lines: earlier, ranks, seconds };
}

async function write(run: Run, { seed }: FreeMapsSettings, results: Results): Promise<void> {
  const { faces, failed, judges, lines, shown, ranks, seconds } = results;
  const variants = [...new Set(lines.map(({ variant }) => variant))];
  const means = variants.map((variant) => ({ variant, ...meansOf(lines, variant) }));
  const differences = differencesOf(lines, seed);
  const claims = claimsOf(lines, seed, judges);
  await run.write("faces.jsonl", jsonLines(lines));
  await run.write("table.csv", tableCsv(means));
  if (differences.length > 0) await run.write("differences.csv", tableCsv(differences));
  await run.write("claims.json", toJson(claims));
  if (shown.length > 0) await run.write("maps.png", await sheetOf(shown));
  await run.write(
    "summary.json",
    toJson({
      experiment: run.experiment,
      run: run.name,
      faces,
      judges,
      means,
      rankOne: Object.fromEntries(
        Object.entries(ranks).map(([variant, rank]) => [
          variant,
          ranksWithoutUsed(rank, variant as VariantName),
        ]),
      ),
      claims: claims.map(({ sentence }) => sentence),
      secondsAFace: seconds,
      failed,
    }),
  );
}

/** The schema cannot do it: it checks after each `--set`, and so would refuse the first of the two. */
function checkGroups({ group, batch }: FreeMapsSettings): void {
  if (group % batch !== 0) throw new InputError("--set group", `a multiple of batch=${batch}`, `${group}`);
}

/** Leaves out what a judge says of a variant whose losses used it. */
function withoutJudges(figures: Terms, used: readonly string[] = []): Terms {
  const kept = Object.entries(figures).filter(([name]) => !used.some((judge) => name.endsWith(`.${judge}`)));
  return Object.fromEntries(kept);
}

function ranksWithoutUsed(ranks: ReturnType<typeof rankOne>, variant: VariantName) {
  const used = variantOf(variant).recognition ?? [];
  return Object.fromEntries(
    Object.entries(ranks).map(([rendering, found]) => [
      rendering,
      Object.fromEntries(Object.entries(found).filter(([judge]) => !used.includes(judge))),
    ]),
  );
}

interface Recognitions {
  /** The loss of some networks together. */
  of(names: readonly string[]): Pick<IdentityLoss, "compare">;
  dispose(): Promise<void>;
}

async function openRecognitions({ losses, variants, batch }: FreeMapsSettings): Promise<Recognitions> {
  const names = new Set(variants.flatMap((name) => variantOf(name).recognition ?? losses.recognition));
  const opened = new Map<string, { network: TrainableNetwork; loss: IdentityLoss }>();
  for (const name of names) {
    const { embedding, network } = await openRecognition(batch, 1, name as FaceEmbeddingName);
    opened.set(name, { network, loss: identityLoss(embedding, network) });
  }
  return {
    of: (wanted) => meanIdentityLoss(wanted.map((name) => opened.get(name)!.loss)),
    async dispose() {
      for (const { network } of opened.values()) await network.dispose();
    },
  };
}

/** The maps of all faces in one variant; the faces of a group light each other. */
async function moveMaps(
  settings: FreeMapsSettings,
  variant: VariantName,
  { faces, sampler }: LossFaces,
  recognitions: Recognitions,
  progress: ProgressLine,
): Promise<readonly FreeFace[]> {
  const { losses, group, steps, albedoL1Share } = settings;
  const { losses: change, recognition, label } = variantOf(variant);
  const reading: LossReading = change(losses);
  const found: FreeFace[] = [];
  for (let first = 0; first < faces.length; first += group) {
    const samples: DetailSample[] = faces.slice(first, first + group).map(({ sample }) => sample);
    const moved = await optimiseMaps({
      ...settings,
      samples,
      losses: { ...losses, ...reading },
      identity: recognitions.of(recognition ?? losses.recognition),
      uvMask: losses.uvMask === "face" ? sampler.covered : sampler.skin,
      albedoL1Steps: Math.round(albedoL1Share * steps),
      onStep: (done) =>
        progress.now(`${label}: face ${first + 1} of ${faces.length}, step ${done} of ${steps}`),
    });
    found.push(...moved);
  }
  return found;
}

function meansOf(lines: readonly Line[], variant: VariantName): Terms {
  return meanTerms(lines.filter((line) => line.variant === variant).map(({ figures }) => figures));
}

function describe(means: Terms): string {
  const number = (name: string, digits: number) => (means[name] ?? Number.NaN).toFixed(digits);
  return (
    `detail below 4 texels in A′ ${number("albedoDetail.below4", 2)}, in L′ ${number("lightDetail.below4", 2)}; ` +
    `R(A′, L) ${number("coarselyLit.psnr", 1)} dB, R(A′, L′) ${number("detailed.psnr", 1)} dB`
  );
}
