/** Reconstructs a rendered hard case like a user's photo, and measures how far the result is from the truth. */
import {
  albedoError,
  InputError,
  type Point,
  type Reconstruction,
  type ReconstructOptions,
  type Reconstructor,
  type RgbImage,
  reconstruct,
} from "rerenderable";
import { renderSample } from "../../../datasets/synthetic/render-sample.js";
import type { SyntheticAssets } from "../../../datasets/synthetic/synthetic-assets.js";
import { type FaceTruth, truthInCrop } from "../../../experiments/compare-methods/test-faces.js";
import type { PriorJudge } from "../../../experiments/evaluate-prior/judge-prior.js";
import { rounded } from "../../../experiments/reconstruct/reconstruction-summary.js";
import { overlap } from "../masks/occluded-face.js";
import { type HardCase, hardScene } from "./hard-scenes.js";

export interface HardFace {
  readonly case: HardCase;
  readonly result: Reconstruction;
  readonly figures: Figures;
}

export type Figures = Awaited<ReturnType<typeof figuresOf>>;

/** The side of the photo, px: twice that of the aligned face, as photos are larger. */
const photoSide = 448;

export async function reconstructHardCase(
  assets: SyntheticAssets,
  reconstructor: Reconstructor,
  judge: PriorJudge,
  hardCase: HardCase,
): Promise<HardFace> {
  const sample = await renderSample(assets, hardScene(assets.data, hardCase), photoSide);
  const data = Float32Array.from(sample.photo, (value) => value / 255);
  const photo = { file: hardCase.name, scale: 1, width: photoSide, height: photoSide, data };
  const run = (options: ReconstructOptions) =>
    reconstruct(reconstructor, photo, { fitting: "both", ...options });
  const truePoints = Array.from(
    { length: 68 },
    (_, k): Point => [sample.landmarks[2 * k], sample.landmarks[2 * k + 1]],
  );
  let notFound: string | undefined;
  const result = await run({}).catch((error) => {
    if (!(error instanceof InputError)) throw error;
    notFound = error.message;
    return run({ points: truePoints });
  });
  const truth = truthInCrop(sample, result.aligned.toCrop, result.aligned.image.width);
  const yaw = sample.scene.coefficients.angles[1];
  return {
    case: hardCase,
    result,
    figures: await figuresOf(judge, hardCase, result, truth, { yaw, notFound }),
  };
}

async function figuresOf(
  judge: PriorJudge,
  { name, caption }: HardCase,
  { aligned, face, fit, pictures, maps, detail, metrics, maskShare, warnings }: Reconstruction,
  truth: FaceTruth,
  { yaw, notFound }: { readonly yaw: number; readonly notFound?: string },
) {
  const points = aligned.points68InCrop!;
  const test = { id: name, group: "hard cases", image: aligned.image, points, truth };
  const prior = await judge.judge(test, fit.coefficients);
  const albedo = (map: RgbImage) => {
    const { raw, scaled } = seenAlbedoError(map, truth, maps.uvMask.data);
    return { raw: rounded(raw), scaled: rounded(scaled) };
  };
  const degrees = (angle: number) => rounded((angle * 180) / Math.PI);
  return {
    name,
    caption,
    found: notFound === undefined,
    /** The detector's score; if it found no face, the message for the user. */
    detection: notFound ?? `score ${face!.score.toFixed(3)}`,
    /** If the face was not found, the true points are given, as with `--landmarks`. */
    points: notFound === undefined ? "the detector's" : "the true ones",
    yaw: { found: degrees(fit.coefficients.angles[1]), true: degrees(yaw) },
    /** Mean distances of the 51 inner points, px at 224. */
    landmarks: {
      fitToGiven: rounded(prior.landmarkError),
      fitToTrue: rounded(prior.trueLandmarkError!),
      givenToTrue: rounded(innerDistance(points, truth.points)),
    },
    /** Intersection over union with the skin that is truly seen. */
    maskIoU: rounded(overlap(pictures.mask, truth.skin)),
    maskShare: rounded(maskShare),
    /** dB, on the skin mask. */
    psnr: {
      coarse: rounded(metrics.coarse.psnr),
      ...(detail && { detailed: rounded(detail.metrics.detailed.psnr) }),
    },
    /** Root mean square of encoded sRGB on seen skin texels; `scaled` after each colour's best factor. */
    albedoError: {
      prior: albedo(maps.priorAlbedo),
      ...(detail && { detailed: albedo(maps.albedo) }),
    },
    lightError: { raw: rounded(prior.lightError!), scaled: rounded(prior.lightErrorScaled!) },
    /** The mean error, without the median difference. */
    depthErrorMm: rounded(prior.depthError!),
    verdict: fit.quality.verdict,
    reasons: fit.quality.reasons,
    warnings,
  };
}

function innerDistance(some: readonly Point[], others: readonly Point[]): number {
  const distances = some.map(([x, y], k) => Math.hypot(x - others[k][0], y - others[k][1])).slice(17);
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
}

/** Brings the truth to the map's size by means over blocks of texels; texels that are skin and mostly seen count. */
function seenAlbedoError(map: RgbImage, { uvAlbedo, seenTexels }: FaceTruth, uvMask: ArrayLike<number>) {
  const side = map.width;
  const factor = uvAlbedo.width / side;
  const truth = new Float32Array(3 * side * side);
  const seen = new Float32Array(side * side);
  for (let t = 0; t < seenTexels.length; t++) {
    const [x, y] = [t % uvAlbedo.width, Math.floor(t / uvAlbedo.width)];
    const to = Math.floor(y / factor) * side + Math.floor(x / factor);
    for (let c = 0; c < 3; c++) truth[3 * to + c] += uvAlbedo.data[3 * t + c] / factor ** 2;
    seen[to] += seenTexels[t] / factor ** 2;
  }
  return albedoError(
    map.data,
    truth,
    seen.map((share, t) => (share > 0.5 ? uvMask[t] : 0)),
  );
}
