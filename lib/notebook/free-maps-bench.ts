/**
 * A few faces whose `A′` and `L′` are moved by the losses alone, without a network of ours, with pictures of where the
 * detail of their brows went. The faces are fitted as a user's photos are.
 */
import type { Point, RgbImage } from "../base/image/rgb-image.js";
import { warpImage } from "../base/image/warp.js";
import { type DetailSample, makeDetailSample } from "../face/detail/detail-sample.js";
import { layOnGrey } from "../face/detail/lay-on-grey.js";
import { mapShading } from "../face/detail/map-shading.js";
import { findCoefficients } from "../face/fitting/find-coefficients.js";
import type { LossReading } from "../face/losses/loss-readings.js";
import { addedDetail, detailShares } from "../face/metrics/detail-shares.js";
import type { Terms } from "../face/metrics/terms.js";
import { loadExposureEstimator } from "../face/models/exposure.js";
import { loadFaceParser } from "../face/models/face-parser.js";
import { openRecognition } from "../face/models/open-recognition.js";
import { loadCoefficientRegressor } from "../face/models/trained-regressor.js";
import type { MorphableModel } from "../face/morphable-model/morphable-model.js";
import { paintFace } from "../face/rivals/rival.js";
import { type FreeFace, optimiseMaps } from "../face/training/free-maps.js";
import { identityLoss } from "../face/training/identity-loss.js";
import { type LossPull, lossPulls } from "../face/training/loss-pulls.js";
import { ambientWhite } from "../graphics/scene/spherical-harmonics.js";
import type { UvSpace } from "../graphics/uv/uv-space.js";
import type { CaptionedImage } from "./image-strip.js";

/** A photo of 224 px with its 68 points in it. */
export interface BenchPhoto {
  readonly id: string;
  readonly image: RgbImage;
  readonly points: readonly Point[];
}

export interface MovedFace extends FreeFace {
  readonly id: string;
  /** Which share of the photo's unexplained detail stands in `A′` and in `L′`, by band (`detailShares`). */
  readonly shares: Terms;
  /**
   * Brows and eyes, close: `A′`; what it adds to `A`; `L′` on an albedo of 1/2; what it adds to `L`. What is added is
   * drawn on grey, darker where it darkens.
   */
  readonly images: readonly CaptionedImage[];
}

/** Owns a recognition network: `dispose()` frees it. */
export interface FreeMapsBench {
  readonly samples: readonly DetailSample[];
  /** Brows and eyes of each face, close: the photo, `A`, and the detail that `A` and `L` leave unexplained. */
  readonly images: readonly CaptionedImage[];
  /** How hard each loss pulls (`lossPulls`). */
  pulls(reading: LossReading): Promise<readonly LossPull[]>;
  /** Moves the maps by Adam (`optimiseMaps`). @param label of the pictures @param steps 30 by default */
  move(reading: LossReading, label: string, steps?: number): Promise<readonly MovedFace[]>;
  dispose(): Promise<void>;
}

/**
 * @param uvSpace of the maps that are moved
 * @param photos two or more where Eq. 5 counts: each is lit by the light of another
 */
export async function openFreeMaps(
  model: MorphableModel,
  uvSpace: UvSpace,
  photos: readonly BenchPhoto[],
): Promise<FreeMapsBench> {
  const samples = await fittedSamples(model, uvSpace, photos);
  const { embedding, network } = await openRecognition(samples.length);
  const identity = identityLoss(embedding, network);
  const [uvMask, skin] = await Promise.all(
    [uvSpace.covered, uvSpace.uvMask].map(async (mask) => (await mask.data<"float32">()).slice()),
  );
  const optionsOf = ({ set, weights }: LossReading) => ({
    losses: { set, weights, adversarial: "nonSaturating", openings: false, edgeAware: false } as const,
    ...{ samples, identity, uvMask },
  });
  const images: CaptionedImage[] = [];
  for (const [i, sample] of samples.entries()) images.push(...(await beforeImages(sample, photos[i].image)));
  return {
    samples,
    images,
    pulls: (reading) => lossPulls(optionsOf(reading)),
    async move(reading, label, steps = 30) {
      const found = await optimiseMaps({
        ...optionsOf(reading),
        steps,
        albedoL1Steps: Math.round(steps / 10),
        learningRate: { albedo: 0.03, light: 0.0075 },
        batch: samples.length,
        seed: 1,
      });
      const moved: MovedFace[] = [];
      for (const [i, sample] of samples.entries()) {
        const shading = await mapShading(model, uvSpace, sample.coefficients, found[i].light);
        const maps = { ...found[i], shading };
        const shares = detailShares(sample, maps, skin);
        moved.push({ ...found[i], id: sample.id, shares, images: await movedImages(sample, maps, label) });
      }
      return moved;
    },
    dispose: () => network.dispose(),
  };
}

async function fittedSamples(
  model: MorphableModel,
  uvSpace: UvSpace,
  photos: readonly BenchPhoto[],
): Promise<DetailSample[]> {
  const [regressor, parser] = [await loadCoefficientRegressor(model.data), await loadFaceParser()];
  const exposure = await loadExposureEstimator();
  const samples: DetailSample[] = [];
  for (const { id, image, points } of photos) {
    const tools = { regressor, exposure, masker: parser.mask };
    const { coefficients, mask } = await findCoefficients("both", model, image, points, tools);
    samples.push(await makeDetailSample(model, uvSpace, { id, image, mask, points, coefficients }));
  }
  await Promise.all([regressor.dispose(), exposure.dispose(), parser.dispose()]);
  return samples;
}

async function beforeImages(sample: DetailSample, photo: RgbImage): Promise<CaptionedImage[]> {
  const { surface, uvSize, priorAlbedo, coarseShading } = sample;
  const { unexplained } = addedDetail(sample, { albedo: priorAlbedo, shading: coarseShading });
  return [
    { image: browsOf(photo, sample), caption: `${sample.id}: the photo` },
    { image: browsOf(await paintFace(surface, uvSize, priorAlbedo, ambientWhite), sample), caption: "A" },
    { image: await onGrey(unexplained, sample), caption: "detail of the photo that A and L lack" },
  ];
}

async function movedImages(
  sample: DetailSample,
  maps: FreeFace & { readonly shading: Float32Array },
  label: string,
): Promise<CaptionedImage[]> {
  const { surface, uvSize } = sample;
  const { toAlbedo, toLight } = addedDetail(sample, maps);
  const half = new Float32Array(maps.albedo.length).fill(0.5);
  const [albedo, light] = [
    await paintFace(surface, uvSize, maps.albedo, ambientWhite),
    await paintFace(surface, uvSize, half, maps.light),
  ];
  return [
    { image: browsOf(albedo, sample), caption: `A′, ${label}` },
    { image: await onGrey(toAlbedo, sample), caption: "what A′ adds to A" },
    { image: browsOf(light, sample), caption: `L′ on ½, ${label}` },
    { image: await onGrey(toLight, sample), caption: "what L′ adds to L" },
  ];
}

/** How much a unit of log brightness changes the grey, of which black and white are 1/2 away. */
const contrast = 0.9;

/** Detail where the photo is seen, on the face, on grey. @param detail log brightness, [U * U] */
async function onGrey(detail: Float32Array, sample: DetailSample): Promise<RgbImage> {
  const { surface, uvSize, seen } = sample;
  const map = new Float32Array(3 * detail.length);
  for (let i = 0; i < map.length; i++) {
    const p = Math.floor(i / 3);
    map[i] = Math.min(Math.max(0.5 + contrast * detail[p] * seen[p], 0), 1);
  }
  return browsOf(layOnGrey(await paintFace(surface, uvSize, map, ambientWhite), sample), sample);
}

const closeUp = { width: 320, height: 150 } as const;

/** The part of a picture with brows and eyes, enlarged. */
function browsOf(picture: RgbImage, { points }: Pick<DetailSample, "points">): RgbImage {
  const around = [...points.slice(17, 27), ...points.slice(36, 48)];
  const [xs, ys] = [0, 1].map((axis) => around.map((point) => point[axis]));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = closeUp.width / (1.3 * (right - left));
  const translation: Point = [
    closeUp.width / 2 - (scale * (left + right)) / 2,
    closeUp.height / 2 - (scale * (top + bottom)) / 2,
  ];
  return warpImage(picture, { scale, rotation: 0, translation }, closeUp.width, closeUp.height).image;
}
