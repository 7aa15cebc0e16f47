/**
 * How the vertex refiner learns (Lin et al. [12]), without true albedos: the refined face under the coarse light should be
 * the photo, by pixels and by a recognition network. The discriminator of Lin et al. is left out.
 */
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { drawPixels } from "../../graphics/renderer/surface/draw-pixels.js";
import { lookUpAlbedo } from "../../graphics/renderer/surface/look-up-albedo.js";
import type { NetworkArray, NetworkArrays, TrainableNetwork } from "../../networks/trainable-network.js";
import { type DetailBatch, detailBatch, disposeDetailBatch } from "../detail/detail-batch.js";
import type { DetailSample } from "../detail/detail-sample.js";
import type { DetailSamples } from "../detail/detail-sample-file.js";
import { maskedDifference } from "../losses/masked-difference.js";
import { meanTerms, type Terms } from "../metrics/terms.js";
import { epochOrder } from "../training/epoch-order.js";
import type { IdentityLoss } from "../training/identity-loss.js";
import { type RateSettings, rateAt } from "../training/learning-rate.js";
import type { Trainee } from "../training/train.js";
import type { GraphPainter } from "./colour-graph.js";
import { vertexFeatures, vertexInputs } from "./vertex-refiner.js";

export interface VertexLossWeights {
  /** Weight of the mean absolute difference from the photo on `M_face`. */
  readonly pixel: number;
  /** Weight of `1 − cos` of the embeddings. */
  readonly identity: number;
  /** Weight of the mean square difference from the prior albedo, so that vertices that no picture shows stay as they were. */
  readonly prior: number;
}

export interface VertexRefinerTraineeOptions {
  /** A vertex refiner. */
  readonly network: TrainableNetwork;
  readonly painter: GraphPainter;
  /** Texels of the graph's vertices, [M]. */
  readonly texels: Int32Array;
  readonly identity: IdentityLoss;
  readonly samples: DetailSamples;
  /** Samples that are not trained on. */
  readonly heldOut?: DetailSamples;
  readonly weights: VertexLossWeights;
  readonly batchSize: number;
  readonly rate: RateSettings;
  /** Steps of the whole training; the rate depends on them. */
  readonly steps: number;
  readonly seed: number;
}

export function vertexRefinerTrainee(options: VertexRefinerTraineeOptions): Trainee {
  const { network, samples, heldOut, batchSize, rate, steps, seed } = options;
  const stepsPerEpoch = Math.max(1, Math.floor(samples.size / batchSize));
  return {
    networks: { refiner: network },
    async step(step) {
      const order = epochOrder(samples.size, seed, Math.floor(step / stepsPerEpoch));
      const faces: DetailSample[] = [];
      for (let i = 0; i < batchSize; i++) {
        faces.push(await samples.read(order[((step % stepsPerEpoch) * batchSize + i) % samples.size]));
      }
      const { difference } = await network.forward(await refinerInputs(faces, options));
      const { terms, gradient } = await judge(difference, faces, options);
      await network.backward({ difference: { shape: difference.shape, values: gradient } });
      await network.update(rateAt(rate, step, steps));
      return terms;
    },
    ...(heldOut && {
      async validate() {
        const all: Terms[] = [];
        for (let i = 0; i < heldOut.size; i++) {
          const faces = [await heldOut.read(i)];
          const { difference } = await network.predict(await refinerInputs(faces, options));
          all.push((await judge(difference, faces, options)).terms);
        }
        return meanTerms(all);
      },
    }),
  };
}

/** @param texels of the graph's vertices, [M] */
export async function refinerInputs(
  faces: readonly DetailSample[],
  { texels, identity }: Pick<VertexRefinerTraineeOptions, "texels" | "identity">,
): Promise<NetworkArrays> {
  const [batch, count] = [faces.length, texels.length];
  const vertices = new Float32Array(batch * count * vertexFeatures);
  const embeddings: Float32Array[] = [];
  for (const [n, face] of faces.entries()) {
    vertices.set(vertexInputs(face, texels), n * count * vertexFeatures);
    embeddings.push(await identity.embedPhoto(face));
  }
  const dimension = embeddings[0].length;
  const embedding = new Float32Array(batch * dimension);
  embeddings.forEach((one, n) => {
    embedding.set(one, n * dimension);
  });
  return {
    vertices: { shape: [batch, 1, count, vertexFeatures], values: vertices },
    embedding: { shape: [batch, 1, 1, dimension], values: embedding },
  };
}

/** The losses, and the gradient of their weighted sum with respect to the differences. */
async function judge(
  { shape, values }: NetworkArray,
  faces: readonly DetailSample[],
  { painter, identity, weights }: Pick<VertexRefinerTraineeOptions, "painter" | "identity" | "weights">,
): Promise<{ terms: Terms; gradient: Float32Array }> {
  const noHoles = faces.map(() => createRandom(0)); // for the holes of the texture, which is not read
  const batch = detailBatch(faces, noHoles, { openings: false, base: "prior" });
  const { photo, faceMask } = batch.tensors;
  const difference = tf.tensor3d(values, [shape[0], shape[2], 3]);
  const picture = tf.tidy(() => draw(difference, batch, painter));
  const pixels = tf.tidy(() =>
    tf.valueAndGrad((x) => maskedDifference(x as tf.Tensor4D, photo, faceMask, { distance: "absolute" }))(
      picture,
    ),
  );
  const likeness = await identity.compare(picture, faces);
  const toDifference = tf.tidy(() => {
    const toPicture = tf.add(tf.mul(pixels.grad, weights.pixel), tf.mul(likeness.gradient, weights.identity));
    const back = tf.grad((x) => draw(x as tf.Tensor3D, batch, painter))(difference, toPicture);
    return tf.add(back, tf.mul(difference, (2 * weights.prior) / difference.size));
  });
  const squares = tf.tidy(() => tf.mean(tf.square(difference)));
  const [[pixel], [prior], gradient] = await Promise.all(
    [pixels.value, squares, toDifference].map((tensor) => tensor.data<"float32">()),
  );
  tf.dispose([difference, picture, pixels.value, pixels.grad, likeness.gradient, toDifference, squares]);
  disposeDetailBatch(batch);
  const terms = { pixel, identity: likeness.loss, prior };
  const total = pixel * weights.pixel + likeness.loss * weights.identity + prior * weights.prior;
  return { terms: { total, ...terms }, gradient: gradient.slice() };
}

/** The refined faces under their coarse lights, [B, S, S, 3]. */
function draw(
  difference: tf.Tensor3D,
  { tensors, samples }: DetailBatch,
  painter: GraphPainter,
): tf.Tensor4D {
  const { priorAlbedo, surface, coarseShading } = tensors;
  const albedo = tf.add<tf.Tensor4D>(priorAlbedo, painter.toMap(difference));
  const colours = tf.mul<tf.Tensor2D>(lookUpAlbedo(albedo, surface), coarseShading);
  return drawPixels(colours, surface, samples.length, samples[0].surface.size);
}
