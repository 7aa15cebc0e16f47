/** A face that the explorer holds: a photo's, or that of a person drawn from the model, reconstructed in the same way. */
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
import { tooLittleSkin } from "../reconstruct/too-little-skin.js";

/** What a reconstruction depends on and the page lets choose. */
export interface FaceSetting {
  readonly prior: FittingMethod;
  /** Steps of the refinement's training on the photo itself. */
  readonly refine: PhotoSteps;
}

/** Plain arrays: nothing to dispose of. */
export interface LoadedFace {
  readonly id: string;
  readonly name: string;
  /** As it was loaded, by the defaults. */
  readonly result: Reconstruction;
  /** Of a drawn person: the albedo that should come out. */
  readonly trueAlbedo?: RgbImage;
  /** With other settings, by the side of the comparison that they stand on. */
  readonly compared: Map<Side, Reconstruction>;
}

export const sides = ["a", "b"] as const;
export type Side = (typeof sides)[number];

type OnStage = (stage: Stage, share: number) => void;

/** @throws InputError, one line, where there is no face in the photo, or too little of one */
export async function loadFace(
  reconstructor: Reconstructor,
  id: string,
  photo: Photo,
  onStage?: OnStage,
): Promise<LoadedFace> {
  const result = await reconstruct(reconstructor, photo, { onStage }).catch(tooLittleSkin(photo.file));
  return { id, name: photo.file, result, compared: new Map() };
}

/** Side of the picture of a drawn person: twice that of the crop, which is then no blur of it. */
const personSide = 448;

/** A person drawn from the model under a light drawn from its prior, seen as a photo is; the points are known. */
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
  const result = await reconstruct(reconstructor, photo, { points, onStage }).catch(tooLittleSkin(name));
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
 * The same face with other settings. All that was kept of the photo is its aligned crop, which is as good: its points stand
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
  return reconstruct(reconstructor, { ...image, file: name, scale: 1 }, options).catch(tooLittleSkin(name));
}

/** What a training needs of it, on flat maps of another size than those shown. */
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
