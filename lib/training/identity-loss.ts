/**
 * The cross perceptual loss (Eq. 5) through a recognition network that runs apart from the tape: pictures are cropped as
 * the network wants its faces, embedded, compared with the photos, and the gradient comes back the same way.
 */
import * as tf from "@tensorflow/tfjs";
import { applySimilarity, fitSimilarity, invertSimilarity } from "../image/similarity.js";
import { fivePoints } from "../landmarks/landmarks.js";
import { perceptualLoss } from "../losses/cross-perceptual.js";
import type { FaceEmbedding } from "../models/embedding-from-network.js";
import type { TrainableNetwork } from "../networks/trainable-network.js";
import { sampleTexture } from "../renderer/sample-texture.js";
import type { DetailSample } from "./detail-sample.js";

export interface IdentityLoss {
  /** How the network sees the person in the photo of a sample, [D]. */
  embedPhoto(sample: DetailSample): Promise<Float32Array>;
  /**
   * @param drawn faces over black, posed as in the photos of the samples, [B, S, S, 3]
   * @returns the loss, and its gradient to `drawn`, which the caller owns
   */
  compare(
    drawn: tf.Tensor4D,
    samples: readonly DetailSample[],
  ): Promise<{ loss: number; gradient: tf.Tensor4D }>;
}

/**
 * What a face does not cover, hair and surroundings, is the photo's own in both pictures. Photos are embedded once, and
 * kept by the ids of the samples: 0.5 KB each.
 * @param network of the embedding; it stays the caller's
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
      const crops = tf.tidy(() => sampleTexture(tf.add(drawn, surroundings(samples)), places));
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
        return tf.grad((x) => sampleTexture(x as tf.Tensor4D, places))(drawn, dy) as tf.Tensor4D;
      });
      tf.dispose([crops, places, value, ...grads]);
      return { loss, gradient };
    },
  };
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  return (await tensor.data<"float32">()).slice();
}

/** The photos with the fitted faces cut out, [B, S, S, 3]. */
function surroundings(samples: readonly DetailSample[]): tf.Tensor4D {
  const { size } = samples[0].surface;
  const values = new Float32Array(3 * size * size * samples.length);
  samples.forEach(({ image, surface }, n) => {
    const start = 3 * size * size * n;
    for (let i = 0; i < image.length; i++) values[start + i] = image[i] / 255;
    for (const p of surface.pixel) values.fill(0, start + 3 * p, start + 3 * p + 3);
  });
  return tf.tensor4d(values, [samples.length, size, size, 3]);
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
