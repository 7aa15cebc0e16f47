/**
 * Makes a figure of the paper, with a row for each face and a column for each picture. Writes
 *
 *     figure.png      the sheet of the first faces
 *     table.csv       a row for each face and variant: L1, PSNR, SSIM of its three pictures, errors of its albedo if
 *                     its truth is known, and what the figure measures of each face
 *     summary.json    for each variant: the means of these figures, and what the figure measures over all its faces; and
 *                     whether that shows what the paper says of the figure
 */
import {
  type DetailSample,
  detailMetrics,
  type FaceDetector,
  InputError,
  loadFaceDetector,
  meanTerms,
  prepareEngine,
  type Terms,
} from "rerenderable";
import { imageStrip } from "rerenderable/notebook";
import { openPhotos } from "../../datasets/photos/open-photos.js";
import { loadSyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import { openFaceSampler } from "../compare-methods/face-sampler.js";
import { openIdentityJudges } from "../compare-methods/identity-judges.js";
import {
  type LostFace,
  photoTestFace,
  syntheticTestFace,
  type TestFace,
} from "../compare-methods/test-faces.js";
import { openTestedRefiner, type TestedRefiner } from "../evaluate-detail/tested-refiner.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { toJson } from "../run/to-json.js";
import { columnOf, type FigureFace, whiteMap } from "./figure-columns.js";
import { type Counted, type CountName, type CountTools, figureCounts } from "./figure-counts.js";
import { type CountedVariant, checkVerdicts, verdictsOf } from "./figure-verdicts.js";
import type { FigureSettings } from "./settings.js";

export async function runFigure(settings: FigureSettings, run: Run): Promise<number> {
  const progress = progressLine();
  checkVerdicts(settings.verdicts, settings);
  await prepareEngine("wasm");
  const refiners = [];
  for (const { weights } of settings.variants)
    refiners.push(await openTestedRefiner(weights, settings.uvSize));
  const sampler = await openFaceSampler(settings, refiners[0].uvSize);
  const detector = await loadFaceDetector();
  const judges = await openIdentityJudges(settings.counts.length > 0 ? settings.judges : []);
  await run.begin();
  for (const warning of judges.warnings) progress.say(warning);
  const given: { test: TestFace; sample: DetailSample }[] = [];
  const failed: string[] = [];
  for await (const test of facesOf(settings, detector)) {
    progress.now(test.id);
    if ("reason" in test) failed.push(`${test.id}: ${test.reason}`);
    else given.push({ test, sample: await sampler.sample(test) });
  }
  progress.now("");
  if (given.length === 0) throw new InputError("--set numbers", "a face that is found", failed.join(" "));
  const variants: Variant[] = [];
  for (const [i, refiner] of refiners.entries()) {
    variants.push({ name: settings.variants[i].name, faces: await inspectAll(given, refiner, settings) });
  }
  const counted: CountedVariant[] = [];
  const rows: Readonly<Record<string, string | number>>[] = [];
  const results = [];
  for (const { name, faces } of variants) {
    const tools = { skin: sampler.skin, detailShares: sampler.detailShares, judges };
    const counts = await countAll(settings.counts, faces, tools);
    const pictures = faces.map(({ sample, face }) =>
      detailMetrics(face, sample, sampler.skin, { whole: true }),
    );
    faces.forEach(({ test }, i) => {
      rows.push({ variant: name, id: test.id, ...pictures[i], ...countsOf(counts, i) });
    });
    const summed = Object.fromEntries(Object.entries(counts).map(([count, { counts: sum }]) => [count, sum]));
    counted.push({ name, counts });
    results.push({ variant: name, ...summed, means: meanTerms(pictures) });
    progress.say(`${name} ${JSON.stringify(summed, rounded)}`.trim());
  }
  const verdicts = verdictsOf(settings.verdicts, counted, judges.names);
  for (const { sentence } of verdicts) progress.say(sentence);
  await run.write("figure.png", await sheet(variants, settings));
  await run.write("table.csv", tableCsv(rows));
  const { experiment, name } = run;
  const weights = refiners.map((refiner) => refiner.name);
  await run.write(
    "summary.json",
    toJson({ experiment, run: name, weights, faces: given.length, results, verdicts, failed }),
  );
  progress.say(`${run.folder}/figure.png`);
  for (const one of [...refiners, sampler, judges]) await one.dispose();
  detector.dispose();
  return 0;
}

type CountsByName = Partial<Record<CountName, Counted>>;

async function countAll(names: readonly CountName[], faces: readonly FigureFace[], tools: CountTools) {
  const counts: CountsByName = {};
  for (const name of names) counts[name] = await figureCounts[name](faces, tools);
  return counts;
}

/** What is measured of one face, as `count.figure`. */
function countsOf(counts: CountsByName, face: number): Terms {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([count, { faces }]) =>
      Object.entries(faces?.[face] ?? {}).map(([figure, value]) => [`${count}.${figure}`, value]),
    ),
  );
}

/** For the terminal, which needs no more digits. */
const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toFixed(4)) : value);

interface Variant {
  readonly name: string;
  readonly faces: readonly FigureFace[];
}

async function inspectAll(
  given: readonly Pick<FigureFace, "test" | "sample">[],
  refiner: TestedRefiner,
  { columns, counts }: FigureSettings,
): Promise<readonly FigureFace[]> {
  const white = columns.some((column) => column.startsWith("white-")) || counts.includes("white-prior");
  const faces: FigureFace[] = [];
  for (const [i, { test, sample }] of given.entries()) {
    const whitened = white && { ...sample, priorAlbedo: whiteMap(sample.priorAlbedo) };
    faces.push({
      test,
      sample,
      face: await refiner.inspect(sample),
      ...(whitened && { fromWhite: await refiner.inspect(whitened) }),
      next: () => faces[(i + 1) % given.length],
    });
  }
  return faces;
}

async function* facesOf(
  { dataset, path, subset, numbers }: FigureSettings,
  detector: FaceDetector,
): AsyncGenerator<TestFace | LostFace> {
  if (dataset === "synthetic") {
    const assets = await loadSyntheticAssets();
    for (const seed of numbers) yield syntheticTestFace(assets, detector, subset, seed);
    return;
  }
  const { items } = await openPhotos(dataset, path);
  for (const number of numbers) {
    const item = items[number];
    const expected = `numbers below ${items.length}, as ${path} has so many photos`;
    if (!item) throw new InputError("--set numbers", expected, `${number}`);
    yield photoTestFace(detector, item.file);
  }
}

/** Makes the sheet: first the columns that the refiners do not change, then the other columns of each variant. */
async function sheet(variants: readonly Variant[], { columns, shown }: FigureSettings): Promise<Uint8Array> {
  const given = columns.filter((name) => columnOf(name).given);
  const own = columns.filter((name) => !columnOf(name).given);
  const images = [];
  for (const i of variants[0].faces.slice(0, shown).keys()) {
    for (const [v, { name, faces }] of variants.entries()) {
      for (const column of v === 0 ? [...given, ...own] : own) {
        const { caption, picture, given: once } = columnOf(column);
        const label = name === "" || once ? caption : `${caption}: ${name}`;
        images.push({ caption: label, image: await picture(faces[i]) });
      }
    }
  }
  const across = given.length + variants.length * own.length;
  return (await imageStrip(images, { columns: across, width: Math.min(190 * across, 1500) })).png;
}
