/**
 * Draws heads under lights, reconstructs each picture as a user's photo, and compares what is taken for the albedo with
 * the head's own. Writes
 *
 *     faces.jsonl         a line a photo: its figures (`judge-albedo.ts`), or why there are none
 *     table.csv           means over all photos, and by head, light, kind of light and turn (`bench-table.ts`)
 *     summary.json        the same, where each head was found, the photos that failed
 *     sheet-<head>.png    the pictures of each photo; they show the scan, which its licence may not let you publish
 */
import {
  createReconstructor,
  encodePng,
  InputError,
  prepareEngine,
  type Reconstruction,
  type Reconstructor,
  type RgbImage,
  readImageBytes,
  reconstruct,
} from "rerenderable";
import { chooseFace, createFaceRefiner } from "rerenderable/face";
import { type CaptionedImage, imageStrip } from "rerenderable/notebook";
import { type PlacedHead, placeHead } from "../../datasets/scanned-heads/place-head.js";
import { drawHead, poseHead, withoutLight } from "../../datasets/scanned-heads/pose-head.js";
import { readHead, type ScannedHead } from "../../datasets/scanned-heads/scanned-head.js";
import { openTestedRefiner } from "../evaluate-detail/tested-refiner.js";
import type { Run } from "../run/experiment-run.js";
import { progressLine } from "../run/progress.js";
import { tableCsv } from "../run/table-csv.js";
import { jsonLines, toJson } from "../run/to-json.js";
import { benchLights } from "./bench-lights.js";
import { type BenchLine, type BenchRow, benchRows } from "./bench-table.js";
import { answerNames, type JudgedAlbedo, judgeAlbedo } from "./judge-albedo.js";
import type { ScannedHeadsSettings } from "./settings.js";

export async function runScannedHeads(settings: ScannedHeadsSettings, run: Run): Promise<number> {
  const progress = progressLine();
  await prepareEngine("wasm");
  const { heads: wanted } = settings;
  const files = await Promise.all(wanted.map(({ folder, parts, v }) => readHead(folder, { parts, v })));
  checkNames(files);
  const { reconstructor, weights } = await openReconstructor(settings);
  const { model, detector } = reconstructor;
  const heads: PlacedHead[] = [];
  for (const [i, ways] of files.entries()) {
    progress.now(`looking for the face of ${ways[0].name}`);
    const { scale, turn } = wanted[i];
    heads.push(await placeHead(ways, model, detector, { scale, turn }));
  }
  await run.begin();
  const lines: BenchLine[] = [];
  for (const head of heads) {
    const sheet: CaptionedImage[] = [];
    for await (const { line, row } of judgeHead(reconstructor, head, settings)) {
      lines.push(line);
      sheet.push(...row);
      progress.now(`${lines.length}: ${line.head}, ${line.light}, turned by ${line.turn}`);
    }
    if (sheet.length > 0) await run.write(`sheet-${head.head.name}.png`, await drawSheet(sheet));
  }
  progress.now("");
  const rows = benchRows(lines);
  await run.write("faces.jsonl", jsonLines(lines));
  await run.write("table.csv", tableCsv(rows));
  const placed = heads.map(({ head, placement }) => ({ name: head.name, ...placement }));
  const failed = lines.flatMap(({ head, light, turn, failure }) =>
    failure === undefined ? [] : [`${head}, ${light}, ${turn}: ${failure}`],
  );
  await run.write(
    "summary.json",
    toJson({ experiment: run.experiment, run: run.name, weights, heads: placed, rows, failed }),
  );
  for (const row of rows) progress.say(describe(row));
  progress.say(run.folder);
  reconstructor.dispose();
  return 0;
}

/** A photo of the bench, and its pictures for the sheet. */
interface JudgedPhoto {
  readonly line: BenchLine;
  readonly row: readonly CaptionedImage[];
}

async function* judgeHead(
  reconstructor: Reconstructor,
  { head, placement }: PlacedHead,
  { turns, lights, side }: ScannedHeadsSettings,
): AsyncGenerator<JudgedPhoto> {
  for (const turn of turns) {
    const posed = poseHead(head, placement, turn);
    const truth = drawHead(posed, withoutLight, side).image;
    for (const light of lights) {
      const { kind, sources } = benchLights[light];
      const line = { head: head.name, light, kind, turn };
      const photo = drawHead(posed, sources, side).image;
      const found = await reconstructPhoto(reconstructor, line, photo);
      if (typeof found === "string") {
        yield { line: { ...line, failure: found }, row: [] };
        continue;
      }
      const judged = await judgeAlbedo(found, reconstructor.model, truth);
      yield { line: { ...line, figures: judged.figures }, row: rowOfSheet(found, judged, line) };
    }
  }
}

/** The sheets and the figures are told apart by the names of the heads. */
function checkNames(files: readonly (readonly ScannedHead[])[]): void {
  const names = files.map(([{ name }]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InputError("--set heads", "folders of different names", `${twice} twice`);
}

/** The reconstructor of a user, with the refiner that is asked for. */
async function openReconstructor({ weights, uvSize }: ScannedHeadsSettings) {
  const { trained } = await openTestedRefiner(weights, uvSize);
  if (!trained)
    throw new InputError("--set weights", "shipped, or the file of a detail refiner", `the rule ${weights}`);
  const own = await createReconstructor(uvSize);
  if (trained.model !== own.model.data.name)
    throw new InputError(
      "--set weights",
      `a refiner of the model ${own.model.data.name}`,
      `one of ${trained.model}`,
    );
  const refiner = createFaceRefiner(own.model, trained);
  const reconstructor: Reconstructor = {
    ...own,
    refiner: async () => refiner,
    dispose() {
      void refiner.dispose();
      own.dispose();
    },
  };
  return { reconstructor, weights: trained.name };
}

/**
 * The face is known to be there, and the detector is less sure of rendered faces, so that one of which it is unsure is
 * taken, as from the synthetic test faces; the limit for users' photos is 0.8.
 */
const leastScore = 0.3;

/** @returns the reason, if it fails as it may with a user's photo */
async function reconstructPhoto(
  reconstructor: Reconstructor,
  { head, light }: BenchLine,
  picture: RgbImage,
): Promise<Reconstruction | string> {
  const { detector } = reconstructor;
  // By way of a file of 8 bits, as photos come.
  const photo = await readImageBytes(`${head}, ${light}`, await encodePng(picture));
  try {
    const { face } = chooseFace(photo.file, await detector.findBoxes(photo), { minimumScore: leastScore });
    return await reconstruct(reconstructor, photo, { points: await detector.locatePoints(photo, face.box) });
  } catch (error) {
    if (error instanceof InputError) return `expected ${error.expected}, got ${error.got}`;
    throw error;
  }
}

function rowOfSheet(
  { detail, pictures }: Reconstruction,
  { figures, pictures: shown }: JudgedAlbedo,
  { light, turn }: BenchLine,
): CaptionedImage[] {
  const error = (name: string) => figures[`${name}.scaled`].toFixed(3);
  return [
    { image: shown.photo, caption: `${light}, ${turn}: ${error("photo")}` },
    { image: shown.truth, caption: `true albedo, ITA ${figures.trueIta.toFixed(0)}°` },
    { image: shown.prior, caption: `A: ${error("prior")}` },
    { image: shown.detailed, caption: `A′: ${error("detailed")}` },
    { image: pictures.light, caption: "L′, halved" },
    ...(detail ? [{ image: detail.pictures.detailed, caption: "R(A′, L′)" }] : []),
  ];
}

async function drawSheet(images: readonly CaptionedImage[]): Promise<Uint8Array> {
  const columns = 6;
  return (await imageStrip(images, { columns, width: 190 * columns })).png;
}

function describe(row: BenchRow): string {
  const of = (name: "" | "ItaError", unit: string) =>
    answerNames
      .map((answer) => `${shortNames[answer]}${row[`${answer}${name}`] ?? "none"}${unit}`)
      .join(", ");
  return (
    `${row.by === "all" ? "all" : `${row.by} ${row.of}`}: ${of("", "")}; ITA ${of("ItaError", "°")}; ` +
    `A′ better than the prior in ${row.betterThanPrior}, than the photo in ${row.betterThanPhoto} of ${row.photos}`
  );
}

const shortNames = { detailed: "A′ ", prior: "prior ", photo: "photo " } as const;
