/**
 * A figure of the paper: a row a face, a column a picture. Writes
 *
 *     figure.png      the sheet
 *     table.csv       a row a face: L1, PSNR, SSIM of its three pictures, errors of its albedo where its truth is known
 *     summary.json    their means, and what the figure counts over all its faces
 */
import { DataFrame, toCSV } from "danfojs-node";
import {
  detailMetrics,
  type FaceDetector,
  InputError,
  inspectDetail,
  loadFaceDetector,
  meanTerms,
  prepareEngine,
} from "rerenderable";
import { imageStrip } from "rerenderable/notebook";
import { openPhotos } from "../../datasets/photos/open-photos.js";
import { loadSyntheticAssets } from "../../datasets/synthetic/synthetic-assets.js";
import type { Run } from "../experiment-run.js";
import { progressLine } from "../progress.js";
import { toJson } from "../reconstruction-files.js";
import { openFaceSampler } from "./face-sampler.js";
import { type FigureFace, figureColumns, whiteMap } from "./figure-columns.js";
import { figureNumbers } from "./figure-numbers.js";
import type { FigureSettings } from "./figure-settings.js";
import { type LostFace, photoTestFace, syntheticTestFace, type TestFace } from "./test-faces.js";
import { openTestedRefiner } from "./tested-refiner.js";

export async function runFigure(settings: FigureSettings, run: Run): Promise<number> {
  const progress = progressLine();
  await prepareEngine("wasm");
  const refiner = await openTestedRefiner(settings.weights, settings.uvSize);
  const sampler = await openFaceSampler(settings, refiner.uvSize);
  const detector = await loadFaceDetector();
  await run.begin();
  const faces: FigureFace[] = [];
  const failed: string[] = [];
  for await (const test of facesOf(settings, detector)) {
    progress.now(test.id);
    if ("reason" in test) {
      failed.push(`${test.id}: ${test.reason}`);
      continue;
    }
    const sample = await sampler.sample(test);
    const i = faces.length;
    faces.push({
      test,
      sample,
      face: await inspectDetail(refiner.network, sample, refiner.base),
      ...(settings.columns.some((column) => column.startsWith("white-")) && {
        fromWhite: await inspectDetail(
          refiner.network,
          { ...sample, priorAlbedo: whiteMap(sample.priorAlbedo) },
          refiner.base,
        ),
      }),
      next: () => faces[(i + 1) % faces.length]!,
    });
  }
  progress.now("");
  if (faces.length === 0) throw new InputError("--set faces", "one that is found", failed.join(" "));
  const rows = faces.map(({ test, sample, face }) => ({
    id: test.id,
    ...detailMetrics(face, sample, sampler.skin, { whole: true }),
  }));
  const counted: Record<string, unknown> = {};
  for (const name of settings.numbers) counted[name] = await figureNumbers[name](faces);
  await run.write("figure.png", await sheet(faces, settings));
  await run.write("table.csv", toCSV(new DataFrame(rows)) as unknown as string);
  const means = meanTerms(rows.map(({ id: _, ...terms }) => terms));
  const { experiment, name } = run;
  await run.write(
    "summary.json",
    toJson({ experiment, run: name, weights: refiner.name, faces: faces.length, means, ...counted, failed }),
  );
  for (const [name, numbers] of Object.entries(counted)) progress.say(`${name}: ${JSON.stringify(numbers)}`);
  progress.say(`${run.folder}/figure.png`);
  for (const one of [refiner, sampler]) await one.dispose();
  detector.dispose();
  return 0;
}

async function* facesOf(
  { faces }: FigureSettings,
  detector: FaceDetector,
): AsyncGenerator<TestFace | LostFace> {
  if (faces.from === "synthetic") {
    const assets = await loadSyntheticAssets();
    for (const seed of faces.seeds) yield syntheticTestFace(assets, detector, faces.subset, seed);
  } else {
    const { items } = await openPhotos(faces.from, faces.path);
    for (const number of faces.numbers) {
      const item = items[number];
      const expected = `numbers below ${items.length}, as ${faces.path} has so many photos`;
      if (!item) throw new InputError("--set faces", expected, `${number}`);
      yield photoTestFace(detector, item.file);
    }
  }
}

async function sheet(faces: readonly FigureFace[], { columns }: FigureSettings): Promise<Uint8Array> {
  const images = [];
  for (const face of faces) {
    for (const name of columns) {
      const { caption, picture } = figureColumns[name];
      images.push({ caption, image: await picture(face) });
    }
  }
  return (await imageStrip(images, { columns: columns.length, width: Math.min(190 * columns.length, 1500) }))
    .png;
}
