/**
 * Refines test faces and judges what comes out. Writes
 *
 *     faces.jsonl          a line a face: its figures, or why there are none
 *     table.csv            a row a group and figure: mean, median, 95th percentile, worst
 *     summary.json         the means, failures, the spread of one face's albedo over lights, milliseconds a face
 *     faces-<group>.png    some faces with their maps and pictures
 */
import { DataFrame, toCSV } from "danfojs-node";
import {
  createMorphableModel,
  createUvSpace,
  type DetailRefiner,
  type DetailSample,
  detailMetrics,
  type FaceDetector,
  finalMask,
  InputError,
  type InspectedFace,
  inspectDetail,
  lightDetail,
  loadDetailRefiner,
  loadFaceDetector,
  loadFaceMasker,
  loadMorphableModel,
  type MorphableModel,
  makeDetailSample,
  meanTerms,
  prepareEngine,
  refineOnPhoto,
  refinerFile,
  seeFace,
  spreadOf,
  type Terms,
} from "rerenderable";
import { groupSizes } from "../../datasets/synthetic/scene/subsets.js";
import { loadSyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import type { Run } from "../experiment-run.js";
import { progressLine } from "../progress.js";
import { toJson } from "../reconstruction-files.js";
import { albedoSpread } from "./albedo-spread.js";
import { detailPreview } from "./detail-preview.js";
import type { EvaluateDetailSettings } from "./evaluate-detail-settings.js";
import { openIdentityJudges } from "./identity-judges.js";
import { openPriorMethod } from "./prior-methods.js";
import { type LostFace, syntheticTestFace, type TestFace, testFaces } from "./test-faces.js";

interface Line {
  readonly id: string;
  readonly group: string;
  readonly figures?: Terms;
  readonly failure?: string;
}

interface RefinedFace {
  readonly sample: DetailSample;
  readonly face: InspectedFace;
}

/** Of these larger is better. */
const isBetter = (figure: string) => /psnr|ssim|faceres|dlib/.test(figure);

export async function runEvaluateDetail(settings: EvaluateDetailSettings, run: Run): Promise<number> {
  const progress = progressLine();
  await prepareEngine("wasm");
  const refiner = await openRefiner(settings);
  const model = createMorphableModel(await loadMorphableModel(settings.model));
  const refine = await faceRefiner(settings, model, refiner);
  const detector = await loadFaceDetector();
  const judges = await openIdentityJudges();
  await run.begin();

  const lines: Line[] = [];
  const groups = new Map<string, RefinedFace[]>();
  for await (const test of facesOf(settings, detector)) {
    progress.now(`${lines.length + 1}: ${test.id}`);
    const { id, group } = test;
    if ("reason" in test) {
      lines.push({ id, group, failure: test.reason });
      continue;
    }
    const { seconds, ...refined } = await refine.face(test);
    const before = groups.get(group) ?? [];
    const { sample, face } = refined;
    const other = before.at(-1);
    const figures = {
      ...detailMetrics(face, sample, refine.skin, { whole: true }),
      ...(await judges.judge(
        test,
        refined,
        other && (await lightDetail(sample, face.maps.detailed.data, other.face.lightMap)),
      )),
      seconds,
    };
    lines.push({ id, group, figures });
    groups.set(group, [...before, refined]);
  }
  progress.now("");

  await run.write("faces.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const rows = tableOf(lines);
  await run.write("table.csv", toCSV(new DataFrame(rows)) as unknown as string);
  for (const [group, faces] of groups) {
    const shown = faces.slice(0, settings.shown).map(({ face }) => face);
    if (shown.length > 0) await run.write(`faces-${group}.png`, await detailPreview(shown));
  }
  const failed = lines.flatMap(({ id, failure }) => (failure === undefined ? [] : [`${id}: ${failure}`]));
  const sameFace = groups.get("same-face-many-lights") ?? [];
  await run.write(
    "summary.json",
    toJson({
      experiment: run.experiment,
      run: run.name,
      weights: refiner.name,
      groups: meansOf(lines),
      failed,
      ...(sameFace.length > 0 && { albedoSpreadOverLights: albedoSpread(sameFace, refine.skin) }),
    }),
  );
  for (const [group, means] of Object.entries(meansOf(lines))) progress.say(`${group}: ${describe(means)}`);
  progress.say(run.folder);
  await Promise.all([refiner.dispose(), judges.dispose(), refine.dispose()]);
  detector.dispose();
  model.dispose();
  return 0;
}

/** What a refiner is asked here; that of weights `none` leaves its first guess as it is. */
type Refiner = Omit<DetailRefiner, "network"> & { readonly network?: DetailRefiner["network"] };

async function openRefiner({ weights, uvSize, refine }: EvaluateDetailSettings): Promise<Refiner> {
  if (weights !== "none") {
    const file = weights === "shipped" ? refinerFile : weights;
    return loadDetailRefiner(file).catch((error: NodeJS.ErrnoException) => {
      const got = error.code === "ENOENT" ? "no such file" : error.message;
      throw new InputError("--set weights", "shipped, none, or the file of a detail refiner", got);
    });
  }
  if (refine.steps > 0)
    throw new InputError("--set refine.steps", "0, as there are no weights", `${refine.steps}`);
  return { name: "none", model: "embedded", uvSize, base: "texture", dispose: async () => {} };
}

/** From a test face to its maps, on the way of a user's photo. */
async function faceRefiner(settings: EvaluateDetailSettings, model: MorphableModel, refiner: Refiner) {
  const { uvSize, base, network } = refiner;
  const { uvs, triangles, data } = model;
  const uvSpace = createUvSpace({ uvs, triangles, skinTriangle: data.skinTriangle }, uvSize);
  const [skin, covered] = await Promise.all(
    [uvSpace.uvMask, uvSpace.covered].map(async (mask) => (await mask.data<"float32">()).slice()),
  );
  const parsing = await loadFaceMasker(settings.mask);
  const prior = await openPriorMethod(settings.prior, model, parsing.mask);
  const uvMask = settings.refine.losses.uvMask === "skin" ? skin! : covered!;
  return {
    skin: skin!,
    async face({ id, image, points, truth }: TestFace): Promise<RefinedFace & { seconds: number }> {
      const coefficients = await prior.find(image, points);
      const { projected } = await seeFace(model, coefficients, image.width);
      const mask = finalMask(await parsing.mask({ image, points, projected }), projected);
      const trueAlbedo = truth?.uvAlbedo;
      const input = { id, image, mask, points, coefficients, ...(trueAlbedo && { trueAlbedo }) };
      const start = performance.now();
      const sample = await makeDetailSample(model, uvSpace, input);
      const face = network
        ? await refineOnPhoto({ network, base }, sample, { ...settings.refine, uvMask }, () =>
            inspectDetail(network, sample, base),
          )
        : await inspectDetail(leftAlone(uvSize), sample, base);
      return { sample, face, seconds: (performance.now() - start) / 1000 };
    },
    async dispose() {
      uvSpace.dispose();
      await Promise.all([prior.dispose(), parsing.dispose()]);
    },
  };
}

function leftAlone(side: number): Pick<DetailRefiner["network"], "predict"> {
  const map = (channels: number, value: number) => ({
    shape: [1, side, side, channels],
    values: new Float32Array(side * side * channels).fill(value),
  });
  return { predict: async () => ({ albedo: map(3, 0.5), light: map(27, 0) }) };
}

async function* facesOf(
  settings: EvaluateDetailSettings,
  detector: FaceDetector,
): AsyncGenerator<TestFace | LostFace> {
  const assets = await loadSyntheticAssets();
  yield* testFaces(settings, assets, detector);
  for (let seed = 0; seed < settings.persons * groupSizes.lights; seed++)
    yield syntheticTestFace(assets, detector, "same-face-many-lights", seed);
}

function tableOf(lines: readonly Line[]) {
  return grouped(lines).flatMap(([group, all]) =>
    Object.keys(all[0]!).map((figure) => {
      const values = all.flatMap((figures) => (figure in figures ? [figures[figure]!] : []));
      const { count, ...spread } = spreadOf(values, isBetter(figure) ? "smaller" : "larger");
      return { group, figure, faces: count, ...spread };
    }),
  );
}

function meansOf(lines: readonly Line[]): Record<string, Terms> {
  return Object.fromEntries(
    grouped(lines).map(([group, all]) => [group, { faces: all.length, ...meanTerms(all) }]),
  );
}

/** Groups in the order they came, and "synthetic": all faces that the subsets gave. */
function grouped(lines: readonly Line[]): [string, Terms[]][] {
  const judged = lines.flatMap(({ group, figures }) => (figures ? [{ group, figures }] : []));
  const own = (wanted: (group: string) => boolean) =>
    judged.filter(({ group }) => wanted(group)).map(({ figures }) => figures);
  const names = [...new Set(judged.map(({ group }) => group))];
  const apart = ["photos", "same-face-many-lights"];
  const all: [string, Terms[]][] = [
    ...names.map((name): [string, Terms[]] => [name, own((group) => group === name)]),
    ["synthetic", own((group) => !apart.includes(group))],
  ];
  return all.filter(([, figures]) => figures.length > 0);
}

function describe(means: Terms): string {
  const number = (name: string, digits: number) => (means[name] ?? Number.NaN).toFixed(digits);
  const pictures = (["coarse", "coarselyLit", "detailed"] as const).map(
    (name) =>
      `${name} ${number(`${name}.psnr`, 2)} dB ${number(`${name}.ssim`, 3)} ` +
      `faceres ${number(`${name}.faceres`, 3)} dlib ${number(`${name}.dlib`, 3)}`,
  );
  const albedo =
    "albedo.error" in means
      ? [
          `albedo's error ${number("albedo.error", 4)}, prior's ${number("priorAlbedo.error", 4)}`,
          `where seen ${number("albedo.errorWhereSeen", 4)}, ${number("priorAlbedo.errorWhereSeen", 4)}, texture's ${number("texture.errorWhereSeen", 4)}`,
        ]
      : [];
  return [...pictures, ...albedo].join("; ");
}
