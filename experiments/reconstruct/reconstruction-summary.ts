/** Makes the content of `summary.json` for one reconstruction. */
import { createRequire } from "node:module";
import { applySimilarity, type EngineReport, type Photo, type Reconstruction } from "rerenderable";
import { invertSimilarity } from "rerenderable/base";
import type { ReconstructSettings } from "./reconstruct-options.js";

export interface ReconstructionSummary extends ReturnType<typeof summarize> {
  readonly seconds: Readonly<Record<string, number>>;
  readonly peakMemoryMb: number;
  /** Names of all files in the folder. */
  readonly files: readonly string[];
}

export interface SummaryInput {
  readonly photo: Photo;
  readonly engine: EngineReport;
  readonly settings: ReconstructSettings;
  readonly result: Reconstruction;
}

/** Makes all entries except those that are known only after the files are made. */
export function summarize({ photo, engine, settings, result }: SummaryInput) {
  const { identity, angles } = result.fit.coefficients;
  const { prior, model, size, uv, steps, refine, seed } = settings;
  return {
    photo: photo.file,
    engine: engine.engine,
    engineReason: engine.reason,
    threads: engine.threads,
    prior,
    model,
    /** Weights of the networks that the result used. */
    weights: {
      exposure: result.fit.exposure ? "exposure" : null,
      regressor: prior === "fit" ? null : "coefficient-regressor-quick",
      refiner: result.detail?.weights ?? null,
    },
    settings: { size, uv, steps, refine, seed },
    face: {
      box: boxInPhoto(result, photo),
      /** Score of the detector; null if the points were given. */
      score: result.face ? rounded(result.face.score) : null,
      /** Degrees; positive if the nose points to the viewer's right. */
      yaw: rounded((angles[1] * 180) / Math.PI),
    },
    landmarkError: rounded(result.landmarkError),
    exposure: exposureOf(result),
    skinTone: toneOf(result),
    rmsIdentity: rounded(Math.sqrt(identity.reduce((sum, value) => sum + value ** 2, 0) / identity.length)),
    maskShare: rounded(result.maskShare),
    metrics: {
      coarse: roundedAll({ ...result.metrics.coarse }),
      coarseGeometricMask: roundedAll({ ...result.metrics.coarseGeometricMask }),
      ...(result.detail && {
        detailedCoarseLight: roundedAll({ ...result.detail.metrics.detailedCoarseLight }),
        detailed: roundedAll({ ...result.detail.metrics.detailed }),
      }),
    },
    versions: versions(engine),
    warnings: result.warnings,
  };
}

/** How bright the photo is as a factor of a well exposed one, encoded sRGB, and the deviation of its logarithm; null where it was not asked for. */
function exposureOf({ fit: { exposure } }: Reconstruction) {
  return exposure ? roundedAll({ factor: exposure.factor, deviation: exposure.deviation }) : null;
}

/** Individual typology angle of the albedo, degrees, and where it lies nine times in ten; null of a photo without colours. */
function toneOf({ skinTone }: Reconstruction) {
  if (!skinTone) return null;
  const { ita, group, interval } = skinTone;
  return { ita: rounded(ita), group, interval: interval.map(rounded) };
}

/** The detector's box, or that around given points, in px of the upright photo before the reader shrank it. */
function boxInPhoto({ face, aligned }: Reconstruction, { scale }: Photo) {
  if (face) {
    const { x, y, width, height } = face.box;
    return roundedAll({ x: x / scale, y: y / scale, width: width / scale, height: height / scale });
  }
  const toPhoto = invertSimilarity(aligned.toCrop);
  const points = aligned.points68InCrop!.map((point) => applySimilarity(toPhoto, point));
  const [left, top] = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis])) / scale);
  const [right, bottom] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis])) / scale);
  return roundedAll({ x: left, y: top, width: right - left, height: bottom - top });
}

function versions({ version }: EngineReport) {
  const { version: rerenderable } = createRequire(import.meta.url)("rerenderable/package.json");
  return { rerenderable: String(rerenderable), tfjs: version, node: process.versions.node };
}

/** Rounds to six digits: more digits have no meaning and make the file hard to read. */
export function rounded(value: number): number {
  // JSON would write `null`.
  if (!Number.isFinite(value)) throw new Error(`rounded: \`value\` should be finite but is ${value}.`);
  return Number(value.toPrecision(6));
}

function roundedAll<T extends Record<string, number>>(record: T): T {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, rounded(value)])) as T;
}
