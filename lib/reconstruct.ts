/**
 * From one photo to a face that can be lit again. This file is the whole path (Fig. 2) on one screen:
 *
 *     photo ─ landmarks ─ aligned face ─ coefficients ─ posed face: geometry, prior albedo, coarse light
 *                              └──────── unwrapped texture ──── detailed albedo, detailed light ──── pictures, relit
 */
import type { Photo } from "./base/image/read-image.js";
import type { MaskImage, Point } from "./base/image/rgb-image.js";
import { InputError } from "./base/tensor/input-error.js";
import { createRandom } from "./base/tensor/random.js";
import { alignSeen, colourlessWarning, drawnGrey, greyLights, underGreyLight } from "./colourless-photo.js";
import type { RefinedFace } from "./face/detail/face-refiner.js";
import { poseFittedFace } from "./face/detail/posed-face.js";
import { unwrapFace } from "./face/detail/unwrapped-face.js";
import { defaultFittingMethod, type FoundFace, findCoefficients } from "./face/fitting/find-coefficients.js";
import { TooLittleSkinError } from "./face/fitting/fit-appearance.js";
import type { PhotoFit } from "./face/fitting/fit-photo.js";
import { type AlignedFace, alignedSide, alignFace } from "./face/landmarks/align-face.js";
import { assessFace, roundedDown } from "./face/landmarks/assess-face.js";
import { chooseSoughtFace } from "./face/landmarks/choose-face.js";
import type { FaceBox } from "./face/landmarks/find-boxes.js";
import { innerLandmarks } from "./face/landmarks/landmarks.js";
import { whyNoFace } from "./face/landmarks/plausible-points.js";
import { searchFaces, sureScore } from "./face/landmarks/search-faces.js";
import { meanColour } from "./face/metrics/disentanglement.js";
import { imageMetrics } from "./face/metrics/image-metrics.js";
import { type SkinTone, skinTone } from "./face/metrics/skin-tone.js";
import { type Exposure, exposureWarnings } from "./face/models/exposure.js";
import { defaultCamera } from "./graphics/scene/camera.js";
import type { DetailReconstruction, Reconstruction, ReconstructOptions } from "./reconstruction.js";
import { type DetailPictures, drawReconstruction } from "./reconstruction-pictures.js";
import type { Reconstructor } from "./reconstructor.js";

/**
 * Reconstructs one face of a photo.
 * @throws InputError, one line, where the photo has no such face
 * @example
 * ```ts
 * import { createReconstructor, readImage, reconstruct } from "rerenderable";
 *
 * const photo = await readImage("datasets/portraits/astronaut.png");
 * const { pictures, maps, metrics, warnings } = await reconstruct(await createReconstructor(), photo, { size: 512 });
 * ```
 */
export async function reconstruct(
  reconstructor: Reconstructor,
  photo: Photo,
  options: ReconstructOptions = {},
): Promise<Reconstruction> {
  const { model, uvSpace } = reconstructor;
  const { size = 224, seed = 1, camera = defaultCamera, learn, lights, onStage } = options;

  onStage?.("detection", 0);
  const { points, face: found, warnings } = await findFace(reconstructor, photo, options);
  const { seen, aligned, colourless } = alignSeen(photo, points, size);
  const fitted = await fitFace(reconstructor, seen, points, aligned, options);
  const fit = colourless ? underGreyLight(fitted) : fitted;

  onStage?.("detail", 0);
  const { image, points68InCrop } = aligned;
  const { coefficients, mask } = fit;
  const face = { id: photo.file, image, mask, points: points68InCrop!, coefficients };
  const posed = poseFittedFace(model, face, camera);
  const unwrapped = unwrapFace(posed, uvSpace, createRandom(seed).fork("holes"));
  try {
    const refiner = await reconstructor.refiner();
    const onShare = (share: number) => onStage?.("detail", share);
    const refined = await refiner?.refine(unwrapped, { learn, seed, onShare });

    onStage?.("maps", 0);
    const inColours = await drawReconstruction(unwrapped, refined, lights, () => onStage?.("pictures", 0));
    const drawn = colourless ? drawnGrey(inColours) : inColours;
    const result: Reconstruction = {
      aligned,
      face: found,
      fit,
      warnings: [
        ...warnings,
        ...concernsOf(photo, aligned, found),
        ...fit.quality.reasons,
        ...(colourless ? [colourlessWarning] : exposureWarnings(fit.exposure)),
      ],
      vertices: (await posed.geometry.vertices.data<"float32">()).slice(),
      normals: (await posed.geometry.normals.data<"float32">()).slice(),
      pictures: { input: image, mask, ...drawn.pictures },
      maps: drawn.maps,
      ...(refined && { detail: detailOf(refiner!.name, refined, drawn.detail!, aligned, fit, colourless) }),
      metrics: {
        coarse: imageMetrics(drawn.pictures.coarse, image, mask),
        coarseGeometricMask: imageMetrics(drawn.pictures.coarse, image, fit.projectedMask),
      },
      colourless,
      ...(!colourless && fit.exposure && { skinTone: toneOf(drawn.maps, fit.exposure) }),
      maskShare: areaOf(mask) / areaOf(fit.projectedMask),
      landmarkError: innerDistance(aligned, fit) * (camera.referenceSize / size),
    };
    checkNumbers(photo, result);
    if (options.minimumScore === undefined) checkDoubtful(photo, result);
    return result;
  } finally {
    unwrapped.dispose();
    posed.dispose();
  }
}

async function findFace(
  { detector }: Reconstructor,
  photo: Photo,
  { points, face: number, minimumScore }: ReconstructOptions,
): Promise<{ points: readonly Point[]; face?: FaceBox; warnings: readonly string[] }> {
  if (points) {
    const why = points.every((point) => point.every(Number.isFinite)) ? whyNoFace(points) : "no numbers";
    if (why) throw new InputError(photo.file, "points of a face in their order", why);
    return { points, warnings: [] };
  }
  const search = await searchFaces(detector, photo, minimumScore);
  const { face, warning } = chooseSoughtFace(photo.file, search, number);
  const warnings = [...(warning ? [warning] : []), ...(face.how ? [`The face was found ${face.how}.`] : [])];
  return { points: face.points ?? (await detector.locatePoints(photo, face.box)), face, warnings };
}

/** The prior albedo module (section 4.1). */
async function fitFace(
  { model, parser, exposure: loadExposure, regressor: loadRegressor }: Reconstructor,
  photo: Photo,
  points: readonly Point[],
  { image, points68InCrop }: AlignedFace,
  options: ReconstructOptions,
): Promise<FoundFace> {
  const { fitting = defaultFittingMethod(model.data), masker, camera, steps, onStage } = options;
  const regressor = fitting === "fit" ? undefined : await loadRegressor();
  const exposure = options.exposure === "as-taken" ? undefined : await loadExposure();
  const fit = findCoefficients(fitting, model, image, points68InCrop!, {
    camera,
    steps,
    masker: masker ?? (await parser()).mask,
    onStage,
    regressor,
    exposure,
    // The networks look at a picture of their own size.
    regressed: image.width !== alignedSide ? alignFace(photo, points).image : undefined,
  });
  return fit.catch((error) => {
    // If the points lie beside the face, or the face is covered, the photo is at fault and not the program.
    if (!(error instanceof TooLittleSkinError)) throw error;
    throw new InputError(photo.file, "a face that shows enough skin to fit", "none");
  });
}

/** Stops where a figure is no number: what was fitted is no face. */
function checkNumbers({ file }: Photo, { metrics, detail, landmarkError, maskShare }: Reconstruction): void {
  const figures = { landmarkError, maskShare, ...metrics, ...detail?.metrics };
  for (const [name, figure] of Object.entries(figures))
    for (const value of Object.values<number>(typeof figure === "number" ? [figure] : { ...figure }))
      if (!Number.isFinite(value))
        throw new InputError(file, "a face that the model can be fitted to", `${name} that is ${value}`);
}

/** A face that the detector is not sure of must be one that the model can have, to this many px at 224. */
const mostDoubtfulError = 4;

function checkDoubtful({ file }: Photo, { face, landmarkError }: Reconstruction): void {
  if (!face || face.score >= sureScore || landmarkError <= mostDoubtfulError) return;
  const got = `one that is scored ${roundedDown(face.score, 2)} and whose points lie ${landmarkError.toFixed(1)} px off`;
  throw new InputError(file, `a face that the model fits to ${mostDoubtfulError} px`, got);
}

/** What speaks against the photo, apart from the turn of the head, which the fit knows better. */
function concernsOf(photo: Photo, aligned: AlignedFace, face?: FaceBox): string[] {
  const toCrop = { ...aligned.toCrop, scale: aligned.toCrop.scale * photo.scale };
  const { "too-turned": _, ...concerns } = assessFace({ ...aligned, toCrop }, face?.score).concerns;
  return Object.values(concerns).map((text) => `The face is hard to see: ${text}.`);
}

/** The tone of the albedo's skin, as sure as the exposure is. */
function toneOf({ albedo, uvMask }: Reconstruction["maps"], { deviation }: Exposure): SkinTone {
  return skinTone(meanColour(albedo.data, uvMask.data), deviation);
}

/** What the refinement adds. */
function detailOf(
  weights: string,
  { maps, confidence }: RefinedFace,
  { detailed, coarselyLit, light }: DetailPictures,
  { image }: AlignedFace,
  { mask }: PhotoFit,
  colourless: boolean,
): DetailReconstruction {
  return {
    weights,
    pictures: { detailed, coarselyLit },
    light: colourless ? greyLights(maps.light.values) : maps.light.values,
    maps: { light, confidence },
    metrics: {
      detailedCoarseLight: imageMetrics(coarselyLit, image, mask),
      detailed: imageMetrics(detailed, image, mask),
    },
  };
}

const areaOf = ({ data }: MaskImage) => data.reduce((total, value) => total + value, 0);

/** Mean distance between the inner points as they were found and as they are fitted, px. */
function innerDistance({ points68InCrop }: AlignedFace, { projected }: PhotoFit): number {
  const distances = points68InCrop!.map(([x, y], j) => Math.hypot(x - projected[j][0], y - projected[j][1]));
  const inner = innerLandmarks.map((j) => distances[j]);
  return inner.reduce((total, distance) => total + distance, 0) / inner.length;
}
