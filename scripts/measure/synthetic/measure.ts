/**
 * Measures the detector's 68 points and the face masks against the truth of synthetic faces, and writes
 * `results/synthetic-faces.json`. Some twenty minutes for 500 faces.
 *
 *     npm run measure -- synthetic [faces of each subset, 125]
 */
import { join } from "node:path";
import {
  alignFace,
  createMorphableModel,
  type FaceMasker,
  finalMask,
  loadFaceDetector,
  type MaskImage,
  prepareEngine,
  seeFace,
  warpImage,
} from "rerenderable";
import { invertSimilarity, type Similarity, writeFileAtomically } from "rerenderable/base";
import { loadEmbeddedModel, loadFaceParser, maskByColour } from "rerenderable/face";
import { openDataset } from "../../../datasets/synthetic/synthetic-dataset.js";
import { mean, meanInnerDistance, outerEyeDistance } from "../landmarks/landmark-error.js";
import { overlap } from "../masks/occluded-face.js";

const subsets = ["easy", "hard-light", "occluded", "large-pose"] as const;
/** Degrees of yaw, to either side. */
const bands = [0, 15, 30, 45, 60].map((from) => [from, from + 15] as const);
const parser = await loadFaceParser();
const maskers: Readonly<Record<string, FaceMasker>> = {
  "projected face alone": async ({ projected }) => projected,
  colour: maskByColour,
  parser: onAligned(parser.mask),
  "parser and colour": async (face) =>
    finalMask(await onAligned(parser.mask)(face), await maskByColour(face)),
};

interface Face {
  readonly subset: string;
  /** Degrees. */
  readonly yaw: number;
  /**
   * The mean distance of the inner points, divided by that of the outer corners of the eyes in space; undefined if
   * there is no face found.
   */
  readonly error?: number;
  /** The intersection over union with the skin that is seen, by masker. */
  readonly overlaps: Readonly<Record<string, number>>;
}

async function measure(count: number): Promise<void> {
  await prepareEngine("wasm");
  const model = createMorphableModel(await loadEmbeddedModel());
  const detector = await loadFaceDetector();
  const faces: Face[] = [];
  for (const subset of subsets) {
    const dataset = await openDataset({ subset, count });
    for (let i = 0; i < count; i++) {
      const { image, mask, points, truth } = await dataset.read(i);
      const coefficients = truth!.coefficients!;
      const seen = await seeFace(model, coefficients, image.width);
      const [found] = await detector.detect(image);
      const eyes = outerEyeDistance(model.data, seen.vertices, image.width);
      const overlaps: Record<string, number> = {};
      for (const [name, masker] of Object.entries(maskers)) {
        const face = { image, points: found?.points ?? points, projected: seen.projected };
        overlaps[name] = overlap(finalMask(await masker(face), seen.projected), mask);
      }
      const yaw = Math.abs((coefficients.angles[1] * 180) / Math.PI);
      const error = found && meanInnerDistance(found.points, points) / eyes;
      faces.push({ subset, yaw, overlaps, ...(error === undefined ? {} : { error }) });
    }
    console.log(
      `${subset}: ${faces.filter((face) => face.subset === subset && face.error).length} of ${count} found`,
    );
  }
  detector.dispose();
  model.dispose();
  const report = { facesOfEachSubset: count, landmarks: byYaw(faces), masks: bySubset(faces) };
  console.log(JSON.stringify(report, null, 2));
  const file = join(import.meta.dirname, "../../../results/synthetic-faces.json");
  await writeFileAtomically(file, Buffer.from(`${JSON.stringify(report, null, 2)}\n`));
}

/** Asks the masker about the aligned face, as for photos, and carries the answer back to the picture. */
function onAligned(masker: FaceMasker): FaceMasker {
  return async ({ image, points, projected }) => {
    const { image: crop, toCrop, points68InCrop } = alignFace(image, points, image.width);
    const view = { image: crop, points: points68InCrop!, projected: carryMask(projected, toCrop) };
    return carryMask(await masker(view), invertSimilarity(toCrop));
  };
}

function carryMask({ width, height, data }: MaskImage, transform: Similarity): MaskImage {
  const colours = Float32Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)]);
  const { image } = warpImage({ width, height, data: colours }, transform, width, height);
  return { width, height, data: data.map((_, p) => (image.data[3 * p] > 0.5 ? 1 : 0)) };
}

function byYaw(faces: readonly Face[]) {
  return bands.map(([from, to]) => {
    const inBand = faces.filter(({ yaw }) => yaw >= from && yaw < to);
    const errors = inBand.flatMap(({ error }) => error ?? []);
    const rounded = (value: number) => Number(value.toFixed(4));
    return {
      yaw: `${from} to ${to}°`,
      faces: inBand.length,
      found: errors.length,
      ...(errors.length > 0 && {
        meanError: rounded(mean(errors)),
        medianError: rounded([...errors].sort((a, b) => a - b)[errors.length >> 1]),
      }),
    };
  });
}

function bySubset(faces: readonly Face[]) {
  return Object.fromEntries(
    subsets.map((subset) => {
      const own = faces.filter((face) => face.subset === subset);
      const overlapOf = (name: string) => Number(mean(own.map(({ overlaps }) => overlaps[name])).toFixed(4));
      return [subset, Object.fromEntries(Object.keys(maskers).map((name) => [name, overlapOf(name)]))];
    }),
  );
}

await measure(Number(process.argv[2] ?? 125));
process.exit(0);
