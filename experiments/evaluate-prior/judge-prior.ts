/** How good the coefficients of one face are: against the picture, and against the truth where it is known. */
import * as tf from "@tensorflow/tfjs";
import {
  albedoError,
  type Coefficients,
  cosineSimilarity,
  defaultCamera,
  type FaceMasker,
  finalMask,
  imageMetrics,
  lightError,
  loadFaceEmbedding,
  type MorphableModel,
  openFaceEmbedder,
  type Point,
  type RgbImage,
  seeFace,
  seenBrightness,
  uvSpaceOf,
} from "rerenderable";
import { depthError, type FaceEmbedder, meanColour, meanTypologyAngle } from "rerenderable/face";
import type { FaceTruth, TestFace } from "../compare-methods/test-faces.js";

/** The judgement of one face. Figures that need truth are there only if the truth is known. */
export interface PriorJudgement {
  /** Mean distance of the 51 inner points to the detector's, px at 224. */
  readonly landmarkError: number;
  /** The same distance to the true points. */
  readonly trueLandmarkError?: number;
  /** PSNR of `R(A, L)` on the skin mask (Eq. 14). */
  readonly psnr: number;
  readonly ssim: number;
  /** PSNR of `R(A, L)` on all skin that the fitted face covers. */
  readonly geometricPsnr: number;
  readonly geometricSsim: number;
  /** Share of the projected skin that the skin mask keeps. */
  readonly maskShare: number;
  readonly rmsIdentity: number;
  /** Cosine of the judges' embeddings of the picture and of `R(A, L)` laid over it. */
  readonly faceres: number;
  readonly dlib: number;
  /** Error of the prior albedo on the skin texels that are seen, encoded sRGB. */
  readonly albedoError?: number;
  readonly albedoErrorScaled?: number;
  readonly lightError?: number;
  readonly lightErrorScaled?: number;
  /** Error of the depth in mm, after the median difference is taken out. */
  readonly depthError?: number;
  /** The mean skin albedo, encoded sRGB. */
  readonly skin: readonly [red: number, green: number, blue: number];
  /** Individual typology angle of the mean skin albedo, degrees, as found and as true. */
  readonly ita: number;
  readonly trueIta?: number;
  /** Mean shading that the camera sees, as found and as true. */
  readonly lightLevel: number;
  readonly trueLightLevel?: number;
}

export interface PriorJudge {
  judge(face: TestFace, coefficients: Coefficients): Promise<PriorJudgement>;
  dispose(): Promise<void>;
}

/** Side of the maps on which albedos are compared. */
const uvSize = 256;

export async function openPriorJudge(model: MorphableModel, masker: FaceMasker): Promise<PriorJudge> {
  const judges = {
    faceres: await openFaceEmbedder(await loadFaceEmbedding("faceres")),
    dlib: await openFaceEmbedder(await loadFaceEmbedding("dlib")),
  };
  const uvSpace = uvSpaceOf(model, uvSize);
  const uvMask = await uvSpace.uvMask.data<"float32">();
  const decodeAlbedo = async (coefficients: Float32Array) => {
    const map = tf.tidy(() =>
      tf.clipByValue(uvSpace.vertexToUv(model.decodeAlbedo(tf.tensor2d([Array.from(coefficients)]))), 0, 1),
    );
    const values = await map.data<"float32">();
    map.dispose();
    return values;
  };
  return {
    async judge({ image, points, truth }, coefficients) {
      const size = image.width;
      const seen = await seeFace(model, coefficients, size);
      const mask = finalMask(await masker({ image, points, projected: seen.projected }), seen.projected);
      const coarse: RgbImage = { ...image, data: seen.image.map((v) => Math.min(Math.max(v, 0), 1)) };
      const [onMask, onProjected] = [mask, seen.projected].map((m) => imageMetrics(coarse, image, m));
      const covered = seen.triangleId.map((id) => Number(id >= 0));
      const overlay = laidOver(coarse, image, covered);
      // The detector sees some points beside their true places. Its points are compared with where it would see the face's, true points with true points.
      const innerDistance = (others: typeof points, places: Int32Array) =>
        mean(
          Array.from(places, (v, k) => {
            const [x, y] = onPicture(seen.vertices.subarray(3 * v, 3 * v + 3), size);
            return Math.hypot(x - others[k][0], y - others[k][1]);
          }).slice(17),
        );
      const { landmarks, detectedLandmarks = landmarks } = model.data;
      const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, v) => total + v, 0);
      const albedo = await decodeAlbedo(coefficients.albedo);
      return {
        landmarkError: innerDistance(points, detectedLandmarks),
        psnr: onMask.psnr,
        ssim: onMask.ssim,
        geometricPsnr: onProjected.psnr,
        geometricSsim: onProjected.ssim,
        maskShare: sum(mask.data) / sum(seen.projected.data),
        rmsIdentity: Math.sqrt(mean(Array.from(coefficients.identity, (v) => v * v))),
        faceres: await alike(judges.faceres, overlay, image, points),
        dlib: await alike(judges.dlib, overlay, image, points),
        skin: meanColour(albedo, uvMask),
        ita: meanTypologyAngle(albedo, uvMask),
        lightLevel: seenBrightness(Array.from(coefficients.light)),
        ...(truth && {
          trueLandmarkError: innerDistance(truth.points, landmarks),
          ...againstTruth(truth, { albedo, uvMask, depth: depthOf(seen, model), coefficients }),
        }),
      };
    },
    async dispose() {
      uvSpace.dispose();
      for (const judge of Object.values(judges)) await judge.dispose();
    },
  };
}

/** px. */
function onPicture([x, y, z]: Float32Array, size: number): Point {
  const { focal, referenceSize, distance } = defaultCamera;
  const pixels = ((focal / referenceSize) * size) / (distance - z);
  return [size / 2 + pixels * x, size / 2 - pixels * y];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function laidOver(top: RgbImage, under: RgbImage, covered: ArrayLike<number>): RgbImage {
  return { ...under, data: under.data.map((v, i) => (covered[Math.floor(i / 3)] ? top.data[i] : v)) };
}

async function alike(
  judge: FaceEmbedder,
  one: RgbImage,
  other: RgbImage,
  points: TestFace["points"],
): Promise<number> {
  return cosineSimilarity(await judge.embed(one, points), await judge.embed(other, points));
}

/** Distance from the camera, 10 cm, 0 where there is no face. */
function depthOf(seen: Awaited<ReturnType<typeof seeFace>>, { data }: MorphableModel): Float32Array {
  return Float32Array.from(seen.triangleId, (id, p) => {
    if (id < 0) return 0;
    let z = 0;
    for (let c = 0; c < 3; c++)
      z += seen.barycentrics[3 * p + c] * seen.vertices[3 * data.triangles[3 * id + c] + 2];
    return defaultCamera.distance - z;
  });
}

function againstTruth(
  truth: FaceTruth,
  found: {
    readonly albedo: Float32Array;
    readonly uvMask: Float32Array;
    readonly depth: Float32Array;
    readonly coefficients: Coefficients;
  },
): Partial<PriorJudgement> {
  const { map, seen } = shrunk(truth);
  const mask = found.uvMask.map((value, t) => value * seen[t]);
  const albedo = albedoError(found.albedo, map, mask);
  const light = lightError(Array.from(found.coefficients.light), truth.light);
  return {
    albedoError: albedo.raw,
    albedoErrorScaled: albedo.scaled,
    lightError: light.raw,
    lightErrorScaled: light.scaled,
    depthError: depthError(found.depth, truth.depth, truth.skin.data).aligned,
    trueIta: meanTypologyAngle(map, found.uvMask),
    trueLightLevel: seenBrightness(truth.light),
  };
}

/** The true albedo at the judge's size, as means of whole blocks of texels. A block is seen if most of its texels are. */
function shrunk({ uvAlbedo: { width, data }, seenTexels }: FaceTruth) {
  const factor = width / uvSize;
  const map = new Float32Array(3 * uvSize * uvSize);
  const seen = new Float32Array(uvSize * uvSize);
  for (let t = 0; t < width * width; t++) {
    const to = Math.floor(Math.floor(t / width) / factor) * uvSize + Math.floor((t % width) / factor);
    for (let c = 0; c < 3; c++) map[3 * to + c] += data[3 * t + c] / factor ** 2;
    seen[to] += seenTexels[t] / factor ** 2;
  }
  return { map, seen: seen.map((share) => Number(share > 0.5)) };
}
