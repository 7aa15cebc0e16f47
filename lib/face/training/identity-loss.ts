/**
 * The cross perceptual loss (Eq. 5) through a recognition network that runs outside the tape. Pictures are cropped as
 * the network wants its faces, embedded, and compared with the photos; the gradient comes back the same way.
 */
import * as tf from "@tensorflow/tfjs";
import { applySimilarity, fitSimilarity, invertSimilarity } from "../../base/image/similarity.js";
import { sampleTexture } from "../../graphics/renderer/sample-texture.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import type { DetailSample } from "../detail/detail-sample.js";
import { fivePoints } from "../landmarks/landmarks.js";
import { perceptualLoss } from "../losses/cross-perceptual.js";
import type { FaceEmbedding } from "../models/embedding-from-network.js";

export interface IdentityLoss {
  /** How the network sees the person in the photo of a sample, [D]. */
  embedPhoto(sample: DetailSample): Promise<Float32Array>;
  /**
   * @param drawn faces, posed as in the photos of the samples, [B, S, S, 3]
   * @returns the loss, and its gradient with respect to `drawn`, which the caller owns
   */
  compare(
    drawn: tf.Tensor4D,
    samples: readonly DetailSample[],
  ): Promise<{ loss: number; gradient: tf.Tensor4D }>;
}

/**
 * Outside `M_face` (surroundings, hair before the face, eyes, the open mouth) both pictures show the photo. Otherwise
 * the hair that the network misses would be painted into the light of the forehead. Photos are embedded once and kept
 * by the ids of the samples, 0.5 KB each.
 * @param network of the embedding; the caller disposes it
 */
export function identityLoss(
  embedding: Pick<FaceEmbedding, "template" | "imageSize" | "dimension">,
  network: TrainableNetwork,
): IdentityLoss {
  const { imageSize, dimension } = embedding;
  const known = new Map<string, Float32Array>();

  async function embedPhoto(sample: DetailSample): Promise<Float32Array> {
    const found = known.get(sample.id);
    if (found) return found;
    const crop = tf.tidy(() => {
      const { size } = sample.surface;
      const photo = tf.div(tf.tensor4d(sample.image, [1, size, size, 3]), 255) as tf.Tensor4D;
      return sampleTexture(photo, cropPlaces([sample], embedding));
    });
    const values = await crop.data<"float32">();
    const { embedding: made } = await network.predict({
      image: { shape: [1, imageSize, imageSize, 3], values: values.slice() },
    });
    crop.dispose();
    known.set(sample.id, made.values.slice());
    return known.get(sample.id)!;
  }

  return {
    embedPhoto,
    async compare(drawn, samples) {
      const references: Float32Array[] = [];
      for (const sample of samples) references.push(await embedPhoto(sample));
      const places = cropPlaces(samples, embedding);
      const { faces, others } = faceMasks(samples);
      const crop = (picture: tf.Tensor) =>
        sampleTexture(tf.add(tf.mul(picture, faces), others) as tf.Tensor4D, places);
      const crops = tf.tidy(() => crop(drawn));
      const shape = [samples.length, imageSize, imageSize, 3];
      const values = (await crops.data<"float32">()).slice();
      const { embedding: made } = await network.forward({ image: { shape, values } }, { parameters: false });
      const { value, grads } = tf.tidy(() =>
        tf.valueAndGrads((x) =>
          perceptualLoss(
            x as tf.Tensor2D,
            tf.stack(references.map((one) => tf.tensor1d(one))) as tf.Tensor2D,
          ),
        )([tf.tensor2d(made.values, [samples.length, dimension])]),
      );
      const [loss] = await value.data();
      const outward = { embedding: { shape: [samples.length, dimension], values: await read(grads[0]) } };
      const back = await network.backward(outward, { parameters: false, inputs: ["image"] });
      const gradient = tf.tidy(() => {
        const dy = tf.tensor4d(back.image.values, shape as [number, number, number, number]);
        return tf.grad(crop)(drawn, dy) as tf.Tensor4D;
      });
      tf.dispose([crops, places, value, ...grads, faces, others]);
      return { loss, gradient };
    },
  };
}

/** The mean of several networks' losses, of which no one's blind spots can be used alone. */
export function meanIdentityLoss(losses: readonly IdentityLoss[]): Pick<IdentityLoss, "compare"> {
  return {
    async compare(drawn, samples) {
      let sum = 0;
      const gradients: tf.Tensor4D[] = [];
      for (const one of losses) {
        const { loss, gradient } = await one.compare(drawn, samples);
        sum += loss;
        gradients.push(gradient);
      }
      const gradient = tf.tidy(() => tf.div<tf.Tensor4D>(tf.addN(gradients), losses.length));
      tf.dispose(gradients);
      return { loss: sum / losses.length, gradient };
    },
  };
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  return (await tensor.data<"float32">()).slice();
}

/** `M_face`, [B, S, S, 1], and the photos outside it, [B, S, S, 3]. */
function faceMasks(samples: readonly DetailSample[]): { faces: tf.Tensor4D; others: tf.Tensor4D } {
  const { size } = samples[0].surface;
  const pixels = size * size;
  const faces = new Float32Array(pixels * samples.length);
  const others = new Float32Array(3 * faces.length);
  samples.forEach(({ image, mask }, n) => {
    for (let p = 0; p < pixels; p++) {
      faces[pixels * n + p] = Number(mask[p] === 1);
      if (mask[p] === 1) continue;
      for (let c = 0; c < 3; c++) others[3 * (pixels * n + p) + c] = image[3 * p + c] / 255;
    }
  });
  return {
    faces: tf.tensor4d(faces, [samples.length, size, size, 1]),
    others: tf.tensor4d(others, [samples.length, size, size, 3]),
  };
}

/** Where each pixel of the network's input lies in the picture, as uv of the picture, [B, s, s, 2]. */
function cropPlaces(
  samples: readonly DetailSample[],
  { template, imageSize }: Pick<FaceEmbedding, "template" | "imageSize">,
): tf.Tensor4D {
  const places = new Float32Array(2 * imageSize * imageSize * samples.length);
  let i = 0;
  for (const { points, surface } of samples) {
    const five = points.length === 5 ? points : fivePoints(points);
    const toPicture = invertSimilarity(fitSimilarity(five, template));
    for (let y = 0; y < imageSize; y++) {
      for (let x = 0; x < imageSize; x++) {
        const [px, py] = applySimilarity(toPicture, [x + 0.5, y + 0.5]);
        places[i++] = px / surface.size;
        places[i++] = py / surface.size;
      }
    }
  }
  return tf.tensor4d(places, [samples.length, imageSize, imageSize, 2]);
}
