/**
 * The terms of Deng et al. (2019) that need a picture of the face: the mean distance of its colours from the photo's on
 * the mask (Eq. 2 there), and how different a recognition network finds the two (Eq. 4 there). Colours are compared
 * without a square, so that what the model cannot show pulls no harder than what it can.
 */
import * as tf from "@tensorflow/tfjs";
import { applySimilarity, fitSimilarity, invertSimilarity } from "../../base/image/similarity.js";
import { compositeOver } from "../../graphics/renderer/render.js";
import { sampleTexture } from "../../graphics/renderer/sample-texture.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import { coefficientTensors, renderCoarse } from "../fitting/face-geometry.js";
import { alignedSide, alignmentTemplate } from "../landmarks/align-face.js";
import { perceptualLoss } from "../losses/cross-perceptual.js";
import type { FaceEmbedding } from "../models/embedding-from-network.js";
import {
  type CoefficientName,
  coefficientCount,
  coefficientNames,
  coefficientSizes,
  splitCoefficients,
} from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";

/** A recognition network that runs, and where it wants a face to be. */
export interface PerceptualJudge {
  readonly embedding: Pick<FaceEmbedding, "template" | "imageSize">;
  /** The network of the embedding; its parameters are not changed. */
  readonly network: TrainableNetwork;
}

export interface PhotometricWeights {
  readonly pixel: number;
  readonly perceptual: number;
}

export interface PhotometricResult {
  /** Mean over the mask of the length of the difference of colours, encoded sRGB, 0 to √3. */
  readonly pixel: number;
  /** `1 − cos`, 0 to 2; 0 if there is no judge. */
  readonly perceptual: number;
  /** Gradient of the weighted sum with respect to the coefficients, [B * 257]. */
  readonly gradient: Float32Array;
}

export interface PhotometricInput {
  /** [B * 257] */
  readonly faces: ArrayLike<number>;
  /** Encoded sRGB of aligned faces, [B * S * S * 3]. */
  readonly images: Float32Array;
  /** 1 where bare skin is seen, [B * S * S]. */
  readonly masks: Float32Array;
  /** S, px. */
  readonly side: number;
}

/** Keeps the root of a difference of 0 differentiable. */
const floor = 1e-8;

export async function photometricLoss(
  model: MorphableModel,
  input: PhotometricInput,
  weights: PhotometricWeights,
  judge?: PerceptualJudge,
): Promise<PhotometricResult> {
  const { faces, images, masks, side } = input;
  const batch = faces.length / coefficientCount;
  const photo = tf.tensor4d(images, [batch, side, side, 3]);
  const skin = tf.tensor4d(masks, [batch, side, side, 1]);
  const parts = coefficientTensors(
    Array.from({ length: batch }, (_, i) =>
      splitCoefficients(Array.from({ length: coefficientCount }, (_, k) => faces[i * coefficientCount + k])),
    ),
  );
  const places = judge && templatePlaces(judge.embedding, batch);
  try {
    const { pull, perceptual } =
      judge && places && weights.perceptual > 0
        ? await askJudge(model, parts, photo, places, judge)
        : { pull: undefined, perceptual: 0 };
    const values = coefficientNames.map((name) => parts[name]);
    let pixel: tf.Scalar | undefined;
    const { grads, value } = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
      const named = Object.fromEntries(coefficientNames.map((name, i) => [name, tensors[i]]));
      const { image, mask } = renderCoarse(model, named as typeof parts, side);
      const distance = tf.sqrt(tf.add(tf.sum(tf.square(tf.sub(image, photo)), 3, true), floor));
      const counted = tf.mul(skin, mask);
      const mean = tf.div(tf.sum(tf.mul(distance, counted)), tf.maximum(tf.sum(counted), 1)) as tf.Scalar;
      pixel = tf.keep(mean.clone());
      const weighted = tf.mul(mean, weights.pixel) as tf.Scalar;
      if (!pull || !places) return weighted;
      const seen = sampleTexture(compositeOver(image, mask, photo), places);
      return tf.add(weighted, tf.mul(weights.perceptual, tf.sum(tf.mul(seen, pull)))) as tf.Scalar;
    })(values);
    const result = {
      pixel: (await pixel!.data())[0],
      perceptual,
      gradient: await joined(Object.fromEntries(coefficientNames.map((name, i) => [name, grads[i]])), batch),
    };
    tf.dispose([value, pixel!, ...grads, ...(pull ? [pull] : [])]);
    return result;
  } finally {
    tf.dispose([photo, skin, ...Object.values(parts), ...(places ? [places] : [])]);
  }
}

type Parts = ReturnType<typeof coefficientTensors>;

/** The judge's `1 − cos`, and its gradient with respect to the pictures. */
async function askJudge(
  model: MorphableModel,
  parts: Parts,
  photo: tf.Tensor4D,
  places: tf.Tensor4D,
  { network }: PerceptualJudge,
): Promise<{ pull: tf.Tensor4D; perceptual: number }> {
  const [rendered, real] = tf.tidy(() => {
    const { image, mask } = renderCoarse(model, parts, photo.shape[1]);
    const over = tf.clipByValue(compositeOver(image, mask, photo), 0, 1) as tf.Tensor4D;
    return [sampleTexture(over, places), sampleTexture(photo, places)];
  });
  const shape = rendered.shape;
  const asInput = async (tensor: tf.Tensor4D) => ({
    image: { shape, values: (await tensor.data<"float32">()).slice() },
  });
  const reference = (await network.predict(await asInput(real))).embedding;
  const references = tf.tensor2d(reference.values.slice(), reference.shape as [number, number]);
  const { embedding } = await network.forward(await asInput(rendered), { parameters: false });
  const embeddings = tf.tensor2d(embedding.values.slice(), references.shape);
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => perceptualLoss(x as tf.Tensor2D, references))(
    embeddings,
  );
  const perceptual = (await value.data())[0];
  const values = (await grad.data<"float32">()).slice();
  tf.dispose([rendered, real, references, embeddings, value, grad]);
  const { image } = await network.backward(
    { embedding: { shape: embedding.shape, values } },
    { parameters: false, inputs: ["image"] },
  );
  return { pull: tf.tensor4d(image.values.slice(), shape), perceptual };
}

/**
 * Where the pixels of the judge's input lie in an aligned face, as uv of the picture, [B, T, T, 2]. Alignment makes
 * this the same for all faces.
 */
function templatePlaces({ template, imageSize }: PerceptualJudge["embedding"], batch: number): tf.Tensor4D {
  const back = invertSimilarity(fitSimilarity(alignmentTemplate, template));
  const uv = new Float32Array(2 * imageSize * imageSize);
  for (let i = 0; i < imageSize * imageSize; i++) {
    const [x, y] = applySimilarity(back, [(i % imageSize) + 0.5, Math.floor(i / imageSize) + 0.5]);
    uv.set([x / alignedSide, y / alignedSide], 2 * i);
  }
  return tf.tidy(() => tf.tile(tf.tensor4d(uv, [1, imageSize, imageSize, 2]), [batch, 1, 1, 1]));
}

/** The gradients of the parts side by side, in the order of the 257 numbers. */
async function joined(parts: Record<string, tf.Tensor>, batch: number): Promise<Float32Array> {
  const out = new Float32Array(batch * coefficientCount);
  let start = 0;
  for (const name of coefficientNames as CoefficientName[]) {
    const values = await parts[name].data<"float32">();
    const size = coefficientSizes[name];
    for (let i = 0; i < batch; i++) {
      out.set(values.subarray(i * size, (i + 1) * size), i * coefficientCount + start);
    }
    start += size;
  }
  return out;
}
