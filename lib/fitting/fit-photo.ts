/** The prior albedo module by fitting (section 4.1): all coefficients of the face in one aligned picture. */
import * as tf from "@tensorflow/tfjs";
import type { MaskImage, Point, RgbImage } from "../image/rgb-image.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import { type Camera, defaultCamera, projectToImage } from "../scene/camera.js";
import { type Coefficients, neutralCoefficients } from "../scene/coefficients.js";
import { type FaceMasker, finalMask, maskByColour } from "../uv/face-mask.js";
import { seeFace } from "./face-geometry.js";
import { type AppearanceFit, fitAppearance } from "./fit-appearance.js";
import { fitLandmarks, type LandmarkFit } from "./fit-landmarks.js";
import { defaultRefineSteps, refinePhotometric } from "./refine-photometric.js";

export type FitStage = "landmarks" | "appearance" | "refinement";

export interface PhotoFit {
  readonly coefficients: Coefficients;
  /** The vertices that stand for the 68 points, and the first fit to them. */
  readonly landmarkFit: LandmarkFit;
  /** Where the 68 points of the final face fall, px of the picture. */
  readonly projected: readonly Point[];
  /** Skin, as the last coefficients place it (Eq. 14). */
  readonly mask: MaskImage;
  /** `M_proj` alone. */
  readonly projectedMask: MaskImage;
  /** Loss of the refinement, one a step. */
  readonly losses: readonly number[];
}

export interface PhotoFitOptions {
  readonly camera?: Camera;
  /** Steps of the photometric refinement. */
  readonly steps?: number;
  /** How `M_parsing` is found; by colour. */
  readonly masker?: FaceMasker;
  readonly onStage?: (stage: FitStage, share: number) => void;
}

/**
 * @param image the aligned face, square
 * @param points its 68 points, px of the image
 */
export async function fitPhoto(
  model: MorphableModel,
  image: RgbImage,
  points: readonly Point[],
  {
    camera = defaultCamera,
    steps = defaultRefineSteps,
    masker = maskByColour,
    onStage,
  }: PhotoFitOptions = {},
): Promise<PhotoFit> {
  const size = image.width;
  const maskOf = async (projected: MaskImage) =>
    finalMask(await masker({ image, points, projected }), projected);
  onStage?.("landmarks", 0);
  const landmarkFit = fitLandmarks(model.data, points, size, { camera });
  const { identity, expression, angles, translation } = landmarkFit;
  const shape = { identity, expression, angles, translation };

  onStage?.("appearance", 0);
  const start = { ...shape, ...(await albedoAndLight(model, shape, image, maskOf, camera)) };

  const losses: number[] = [];
  const mask = await maskOf((await seeFace(model, start, size, camera)).projected);
  const target = {
    image: tf.tensor4d(image.data, [1, size, size, 3]),
    mask: tf.tensor4d(mask.data, [1, size, size, 1]),
    points,
    vertices: landmarkFit.vertices,
  };
  const refined = await refinePhotometric(model, start, target, {
    camera,
    steps,
    onStep: (step, loss) => {
      losses.push(loss);
      onStage?.("refinement", (step + 1) / steps);
    },
  });
  tf.dispose([target.image, target.mask]);

  // Eq. 3 is linear: with the shape settled, albedo and light are found exactly once more.
  const coefficients = { ...refined, ...(await albedoAndLight(model, refined, image, maskOf, camera)) };
  const { projected: projectedMask, vertices } = await seeFace(model, coefficients, size, camera);
  return {
    coefficients,
    landmarkFit,
    projected: await projectPoints(vertices, landmarkFit.vertices, size, camera),
    mask: await maskOf(projectedMask),
    projectedMask,
    losses,
  };
}

async function albedoAndLight(
  model: MorphableModel,
  shape: Pick<Coefficients, "identity" | "expression" | "angles" | "translation">,
  image: RgbImage,
  maskOf: (projected: MaskImage) => Promise<MaskImage>,
  camera: Camera,
): Promise<AppearanceFit> {
  const seen = await seeFace(model, neutralCoefficients(shape), image.width, camera);
  const mask = await maskOf(seen.projected);
  return fitAppearance(model.data, { ...seen, image: image.data, mask: mask.data });
}

/** Where chosen vertices of the world fall, px. */
async function projectPoints(
  vertices: Float32Array,
  chosen: Int32Array,
  size: number,
  camera: Camera,
): Promise<Point[]> {
  const pixels = tf.tidy(() => {
    const points = Array.from(chosen).flatMap((v) => [
      vertices[3 * v],
      vertices[3 * v + 1],
      vertices[3 * v + 2],
    ]);
    return projectToImage(tf.tensor3d(points, [1, chosen.length, 3]), camera, size);
  });
  const places = await pixels.data<"float32">();
  pixels.dispose();
  return Array.from(chosen, (_, j): Point => [places[2 * j], places[2 * j + 1]]);
}
