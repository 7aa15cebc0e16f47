/** The prior albedo module by fitting (section 4.1): all coefficients of the face in one aligned picture. */
import * as tf from "@tensorflow/tfjs";
import type { MaskImage, Point, RgbImage } from "../image/rgb-image.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import { type Camera, defaultCamera, projectToImage } from "../scene/camera.js";
import type { Coefficients } from "../scene/coefficients.js";
import { projectedSkin, skinMask } from "../uv/face-mask.js";
import { coefficientTensors, poseFace, renderCoarse } from "./face-geometry.js";
import { type AppearanceFit, fitAppearance } from "./fit-appearance.js";
import { fitLandmarks, type LandmarkFit } from "./fit-landmarks.js";
import { refinePhotometric } from "./refine-photometric.js";

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
  { camera = defaultCamera, steps = 40, onStage }: PhotoFitOptions = {},
): Promise<PhotoFit> {
  const size = image.width;
  onStage?.("landmarks", 0);
  const landmarkFit = fitLandmarks(model.data, points, size, { camera });
  const { identity, expression, angles, translation } = landmarkFit;
  const shape = { identity, expression, angles, translation };

  onStage?.("appearance", 0);
  const start = { ...shape, ...lightShape(model, shape, image, points, camera) };

  const losses: number[] = [];
  const { mask } = seeSkin(model, start, image, points, camera);
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
  const coefficients = { ...refined, ...lightShape(model, refined, image, points, camera) };
  const final = seeSkin(model, coefficients, image, points, camera);
  return {
    coefficients,
    landmarkFit,
    projected: projectVertices(model, coefficients, landmarkFit.vertices, size, camera),
    mask: final.mask,
    projectedMask: final.projected,
    losses,
  };
}

type Shape = Pick<Coefficients, "identity" | "expression" | "angles" | "translation">;

/** Albedo and light of a posed shape. */
function lightShape(
  model: MorphableModel,
  shape: Shape,
  image: RgbImage,
  points: readonly Point[],
  camera: Camera,
): AppearanceFit {
  const unlit = {
    ...shape,
    albedo: new Float32Array(model.data.albedoPrior.size),
    light: new Float32Array(27),
  };
  const { mask, ...seen } = seeSkin(model, unlit, image, points, camera);
  return fitAppearance(model.data, { image: image.data, mask: mask.data, ...seen });
}

/** What the camera sees of a face, in plain numbers, with the skin mask there. */
function seeSkin(
  model: MorphableModel,
  coefficients: Coefficients,
  image: RgbImage,
  points: readonly Point[],
  camera: Camera,
) {
  const tensors = coefficientTensors([coefficients]);
  const { fragments, ...rendering } = renderCoarse(model, tensors, image.width, camera);
  const projected = projectedSkin(fragments, model.data.skinTriangle);
  const seen = {
    projected,
    mask: skinMask(image, points, projected),
    triangleId: fragments.triangleId.dataSync<"int32">(),
    barycentrics: fragments.barycentrics.dataSync<"float32">(),
    normals: rendering.normals.dataSync<"float32">(),
  };
  tf.dispose([...Object.values(tensors), ...Object.values(fragments), ...Object.values(rendering)]);
  return seen;
}

function projectVertices(
  model: MorphableModel,
  coefficients: Coefficients,
  vertices: Int32Array,
  size: number,
  camera: Camera,
): Point[] {
  const tensors = coefficientTensors([coefficients]);
  const pixels = tf.tidy(() => projectToImage(poseFace(model, tensors).vertices, camera, size));
  const places = pixels.dataSync<"float32">();
  tf.dispose([pixels, ...Object.values(tensors)]);
  return Array.from(vertices, (v): Point => [places[2 * v], places[2 * v + 1]]);
}
