/**
 * A face that the explorer keeps: from a photo, or of a person drawn from the model; both are reconstructed in the same
 * way.
 */
import * as tf from "@tensorflow/tfjs";
import {
  type Coefficients,
  coefficientTensors,
  createRandom,
  type DetailSample,
  type FittingMethod,
  type MorphableModel,
  makeDetailSample,
  neutralCoefficients,
  type Photo,
  type Point,
  projectToImage,
  type Reconstruction,
  type Reconstructor,
  type RgbImage,
  reconstruct,
  type Stage,
  sampleFace,
  sampleLight,
  type UvSpace,
} from "rerenderable";
import { learnOnPhoto, type PhotoSteps, renderCoarse } from "rerenderable/face";

/** The settings of a reconstruction that the page lets one choose. */
export interface FaceSetting {
  readonly prior: FittingMethod;
  /** Steps of the refinement's training on the photo itself. */
  readonly refine: PhotoSteps;
}

/** It holds plain arrays only, so nothing must be disposed. */
export interface LoadedFace {
  readonly id: string;
  readonly name: string;
  /** The reconstruction with the defaults. */
  readonly result: Reconstruction;
  /** For a drawn person: the true albedo. */
  readonly trueAlbedo?: RgbImage;
  /** Reconstructions with other settings, by their side of the comparison. */
  readonly compared: Map<Side, Reconstruction>;
}

export const sides = ["a", "b"] as const;
export type Side = (typeof sides)[number];

type OnStage = (stage: Stage, share: number) => void;

/** @throws InputError, one line, if there is no face in the photo, or too little of one */
export async function loadFace(
  reconstructor: Reconstructor,
  id: string,
  photo: Photo,
  onStage?: OnStage,
): Promise<LoadedFace> {
  const result = await reconstruct(reconstructor, photo, { onStage });
  return { id, name: photo.file, result, compared: new Map() };
}

/** Side of the picture of a drawn person: twice the side of the crop, so that the crop is not blurred. */
const personSide = 448;

/** A person drawn from the model, under a light drawn from the light prior, as a picture whose points are known. */
export async function loadPerson(
  reconstructor: Reconstructor,
  seed: number,
  onStage?: OnStage,
): Promise<LoadedFace> {
  const { model, uvSpace } = reconstructor;
  const coefficients = personOf(reconstructor, seed);
  const tensors = tf.tidy(() => {
    const c = coefficientTensors([coefficients]);
    const { image, mask, vertices } = renderCoarse(model, c, personSide);
    const behind = tf.mul(tf.sub(1, mask), 0.35);
    const trueAlbedo = tf.clipByValue(uvSpace.vertexToUv(model.decodeAlbedo(c.albedo)), 0, 1);
    return {
      image: tf.add(image, behind),
      places: projectToImage(vertices, undefined, personSide),
      trueAlbedo,
    };
  });
  const [image, places, albedo] = await Promise.all(
    [tensors.image, tensors.places, tensors.trueAlbedo].map((tensor) => tensor.data<"float32">()),
  );
  const { landmarks, detectedLandmarks = landmarks } = model.data;
  const points = Array.from(detectedLandmarks, (v): Point => [places[2 * v], places[2 * v + 1]]);
  const name = `Person ${seed}`;
  const side = (width: number, data: Float32Array) => ({ width, height: width, data: data.slice() });
  const photo = { ...side(personSide, image), file: name, scale: 1 };
  const trueAlbedo = side(uvSpace.size, albedo);
  tf.dispose(tensors);
  const result = await reconstruct(reconstructor, photo, { points, onStage });
  return { id: `person-${seed}`, name, result, trueAlbedo, compared: new Map() };
}

function personOf({ model }: Reconstructor, seed: number): Coefficients {
  const random = createRandom(seed).fork("explorer");
  return neutralCoefficients({
    ...sampleFace(model.data, seed),
    angles: Float32Array.from([0.1, 0.3, 0.08], (most) => most * (2 * random.uniform() - 1)),
    light: Float32Array.from(sampleLight(seed)),
  });
}

/**
 * The same face with other settings. Only the aligned crop of the photo was kept, but that is as good: its points lie
 * on the template already.
 */
export async function reconstructAgain(
  reconstructor: Reconstructor,
  { name, result }: LoadedFace,
  { prior, refine }: FaceSetting,
  onStage?: OnStage,
): Promise<Reconstruction> {
  const { image, points68InCrop } = result.aligned;
  const learn = refine.steps > 0 ? learnOnPhoto(refine) : undefined;
  const options = { points: points68InCrop, fitting: prior, learn, onStage };
  return reconstruct(reconstructor, { ...image, file: name, scale: 1 }, options);
}

/** The face as a sample for a training, with flat maps of another size than those shown. */
export function sampleOf(
  { id, result }: LoadedFace,
  model: MorphableModel,
  uvSpace: UvSpace,
): Promise<DetailSample> {
  const { aligned, fit } = result;
  const { coefficients, mask } = fit;
  const input = { id, image: aligned.image, mask, points: aligned.points68InCrop!, coefficients };
  return makeDetailSample(model, uvSpace, input);
}
